/* Stands between the station and its disk (LD_PRELOAD), for the campaign in tests/bench.
 *
 * SHIM_ROOT=DIR     only files under DIR (an absolute path without links) are looked at.
 * SHIM_TRACE=FILE   every change of a name or of a file's bytes, every sync, and every line on stdout is appended to FILE, in the order in
 *                   which it took effect: the shim lets one of them through at a time.
 * SHIM_FAIL_AT=N    the N-th counted call (1 and up) fails with SHIM_ERRNO and does nothing; SHIM_FAIL_FOR=M (default 1) calls fail from there on.
 *                   Counted are: opening to write, writing, truncating, renaming, unlinking, making a folder, syncing.
 * SHIM_COUNT=FILE   at exit the number of counted calls, as text.
 *
 * A record is a line of ASCII, then the bytes of a write:
 *   C INODE PATH      a file was made            O INODE SIZE PATH a file was opened to write
 *   D INODE PATH      a folder was made; "." at each start
 *   W INODE OFFSET LENGTH and LENGTH bytes
 *   T INODE LENGTH    cut or grown               S INODE           synced (fsync, fdatasync)
 *   R OLD|NEW         renamed                    L OLD|NEW         linked
 *   U PATH            unlinked                   P LENGTH          LENGTH bytes went to stdout
 * Paths are relative to SHIM_ROOT, "." for itself. A -shm file is left out: it is memory, and SQLite makes it anew.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
static char root[PATH_MAX];
static size_t root_length;
static int trace = -1;
static long fail_at, fail_for = 1, counted;
static int fail_errno = EIO;
static int active;
static struct stat told; /* stdout: .NET writes to a copy of its descriptor */


static void write_all(int fd, const void *bytes, size_t length)
{
    const char *at = bytes;
    while (length > 0) {
        long done = syscall(SYS_write, fd, at, length);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) _exit(97); /* a trace with a hole proves nothing */
        at += done;
        length -= (size_t)done;
    }
}

__attribute__((constructor)) static void begin(void)
{
    const char *value = getenv("SHIM_ROOT");
    if (!value || strlen(value) >= sizeof root) return;
    strcpy(root, value);
    root_length = strlen(root);
    if ((value = getenv("SHIM_TRACE"))) {
        int fd = (int)syscall(SYS_openat, AT_FDCWD, value, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
        trace = fd < 0 ? -1 : (int)syscall(SYS_fcntl, fd, F_DUPFD_CLOEXEC, 900);
        if (trace < 0) _exit(98);
        syscall(SYS_close, fd);
    }
    struct stat status;
    fstat(1, &told);
    if (trace >= 0 && stat(root, &status) == 0) {
        char line[40];
        int length = snprintf(line, sizeof line, "D %ld .\n", (long)status.st_ino);
        write_all(trace, line, (size_t)length);
    }
    if ((value = getenv("SHIM_FAIL_AT"))) fail_at = atol(value);
    if ((value = getenv("SHIM_FAIL_FOR"))) fail_for = atol(value);
    if ((value = getenv("SHIM_ERRNO"))) fail_errno = atoi(value);
    active = 1;
}

__attribute__((destructor)) static void end(void)
{
    const char *file = active ? getenv("SHIM_COUNT") : NULL;
    if (!file) return;
    char text[32];
    int length = snprintf(text, sizeof text, "%ld\n", counted);
    int fd = (int)syscall(SYS_openat, AT_FDCWD, file, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    if (fd >= 0) write_all(fd, text, (size_t)length);
}

/* The path below the root, or NULL where it is none of ours. */
static const char *below(const char *path)
{
    if (strncmp(path, root, root_length) != 0) return NULL;
    if (path[root_length] == 0) return ".";
    if (path[root_length] != '/') return NULL;
    size_t length = strlen(path);
    return length > 4 && strcmp(path + length - 4, "-shm") == 0 ? NULL : path + root_length + 1;
}

static const char *of_fd(int fd, char *buffer)
{
    char link[40];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, buffer, PATH_MAX - 1);
    if (length <= 0) return NULL;
    buffer[length] = 0;
    return below(buffer);
}

static const char *of_path(int folder, const char *path, char *buffer)
{
    if (path[0] == '/') {
        if (strlen(path) >= PATH_MAX) return NULL;
        strcpy(buffer, path);
    } else if (folder == AT_FDCWD) {
        if (!getcwd(buffer, PATH_MAX) || strlen(buffer) + strlen(path) + 2 > PATH_MAX) return NULL;
        strcat(buffer, "/");
        strcat(buffer, path);
    } else {
        return NULL; /* nobody here opens relative to a folder; the campaign counts such calls with strace */
    }
    return below(buffer);
}

static long inode_of(int fd)
{
    struct stat status;
    return fstat(fd, &status) == 0 ? (long)status.st_ino : -1;
}

static void record(const void *bytes, size_t length, const char *form, ...)
{
    if (trace < 0) return;
    char line[2 * PATH_MAX + 80];
    va_list arguments;
    va_start(arguments, form);
    int size = vsnprintf(line, sizeof line, form, arguments);
    va_end(arguments);
    write_all(trace, line, (size_t)size);
    if (length > 0) write_all(trace, bytes, length);
}

/* True where this call must fail; the gate is held. */
static int fails(void)
{
    counted++;
    if (fail_at == 0 || counted < fail_at || counted >= fail_at + fail_for) return 0;
    errno = fail_errno;
    return 1;
}

#define ENTER pthread_mutex_lock(&gate)
#define LEAVE do { int kept = errno; pthread_mutex_unlock(&gate); errno = kept; } while (0)

static int open_any(int folder, const char *path, int flags, mode_t mode)
{
    char buffer[PATH_MAX];
    const char *name = active && (flags & (O_WRONLY | O_RDWR | O_CREAT)) ? of_path(folder, path, buffer) : NULL;
    if (!name) return (int)syscall(SYS_openat, folder, path, flags, mode);
    ENTER;
    struct stat before;
    int was = stat(buffer, &before) == 0;
    int fd = fails() ? -1 : (int)syscall(SYS_openat, folder, path, flags, mode);
    if (fd >= 0) {
        long inode = inode_of(fd);
        if (was) record(NULL, 0, "O %ld %ld %s\n", inode, (long)before.st_size, name);
        else record(NULL, 0, "C %ld %s\n", inode, name);
        if (was && (flags & O_TRUNC)) record(NULL, 0, "T %ld 0\n", inode);
    }
    LEAVE;
    return fd;
}

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & (O_CREAT | __O_TMPFILE)) { va_list a; va_start(a, flags); mode = va_arg(a, mode_t); va_end(a); }

int open(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_any(AT_FDCWD, path, flags | O_LARGEFILE, mode); }
int openat(int folder, const char *path, int flags, ...) { MODE(flags) return open_any(folder, path, flags, mode); }
int openat64(int folder, const char *path, int flags, ...) { MODE(flags) return open_any(folder, path, flags | O_LARGEFILE, mode); }
int creat(const char *path, mode_t mode) { return open_any(AT_FDCWD, path, O_CREAT | O_WRONLY | O_TRUNC, mode); }
int creat64(const char *path, mode_t mode) { return creat(path, mode); }

static int is_stdout(int fd)
{
    struct stat status;
    return fd != 2 && fstat(fd, &status) == 0 && status.st_ino == told.st_ino && status.st_dev == told.st_dev;
}

/* Writes at an offset, or at the file's own place where offset is -1. */
static ssize_t write_any(int fd, const struct iovec *parts, int count, off_t offset)
{
    char buffer[PATH_MAX];
    int is_told = active && trace >= 0 && is_stdout(fd);
    if (!active || (!is_told && !of_fd(fd, buffer)))
        return offset < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, offset, 0L);
    ENTER;
    ssize_t done;
    if (is_told) {
        /* Before it leaves: what anybody may have read is in the trace. */
        size_t all = 0;
        for (int i = 0; i < count; i++) all += parts[i].iov_len;
        record(NULL, 0, "P %zu\n", all);
        for (int i = 0; i < count; i++)
            if (parts[i].iov_len > 0) write_all(trace, parts[i].iov_base, parts[i].iov_len);
        done = syscall(SYS_writev, fd, parts, count);
    } else if (fails()) {
        done = -1;
    } else {
        off_t at = offset;
        if (offset < 0) {
            int flags = (int)syscall(SYS_fcntl, fd, F_GETFL);
            at = lseek(fd, 0, flags & O_APPEND ? SEEK_END : SEEK_CUR);
        }
        done = offset < 0 ? syscall(SYS_writev, fd, parts, count) : syscall(SYS_pwritev, fd, parts, count, offset, 0L);
        off_t left = done;
        for (int i = 0; i < count && left > 0; i++) {
            size_t length = (off_t)parts[i].iov_len < left ? parts[i].iov_len : (size_t)left;
            if (length > 0) record(parts[i].iov_base, length, "W %ld %ld %zu\n", inode_of(fd), (long)at, length);
            at += (off_t)length;
            left -= (off_t)length;
        }
    }
    LEAVE;
    return done;
}

static ssize_t write_one(int fd, const void *bytes, size_t length, off_t offset)
{
    struct iovec part = { (void *)bytes, length };
    return write_any(fd, &part, 1, offset);
}

ssize_t write(int fd, const void *bytes, size_t length) { return write_one(fd, bytes, length, -1); }
ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) { return write_one(fd, bytes, length, offset); }
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) { return write_one(fd, bytes, length, offset); }
ssize_t writev(int fd, const struct iovec *parts, int count) { return write_any(fd, parts, count, -1); }
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) { return write_any(fd, parts, count, offset); }
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) { return write_any(fd, parts, count, offset); }

static int truncate_any(int fd, off_t length)
{
    char buffer[PATH_MAX];
    if (!active || !of_fd(fd, buffer)) return (int)syscall(SYS_ftruncate, fd, length);
    ENTER;
    int result = fails() ? -1 : (int)syscall(SYS_ftruncate, fd, length);
    if (result == 0) record(NULL, 0, "T %ld %ld\n", inode_of(fd), (long)length);
    LEAVE;
    return result;
}

int ftruncate(int fd, off_t length) { return truncate_any(fd, length); }
int ftruncate64(int fd, off64_t length) { return truncate_any(fd, length); }

int truncate(const char *path, off_t length)
{
    int fd = open_any(AT_FDCWD, path, O_WRONLY | O_CLOEXEC, 0);
    if (fd < 0) return -1;
    int result = truncate_any(fd, length);
    syscall(SYS_close, fd);
    return result;
}

int truncate64(const char *path, off64_t length) { return truncate(path, length); }

/* Room without bytes: a file that grows by it reads zeros there. */
static int allocate_any(int fd, int mode, off_t offset, off_t length)
{
    char buffer[PATH_MAX];
    if (!active || !of_fd(fd, buffer)) return (int)syscall(SYS_fallocate, fd, mode, offset, length);
    ENTER;
    struct stat before, after;
    fstat(fd, &before);
    int result = fails() ? -1 : (int)syscall(SYS_fallocate, fd, mode, offset, length);
    if (result == 0 && fstat(fd, &after) == 0 && after.st_size != before.st_size) record(NULL, 0, "T %ld %ld\n", inode_of(fd), (long)after.st_size);
    LEAVE;
    return result;
}

int fallocate(int fd, int mode, off_t offset, off_t length) { return allocate_any(fd, mode, offset, length); }
int fallocate64(int fd, int mode, off64_t offset, off64_t length) { return allocate_any(fd, mode, offset, length); }
int posix_fallocate(int fd, off_t offset, off_t length) { return allocate_any(fd, 0, offset, length) == 0 ? 0 : errno; }
int posix_fallocate64(int fd, off64_t offset, off64_t length) { return posix_fallocate(fd, offset, length); }

/* Copies inside the kernel are refused for our files, so that the caller writes: what is not seen cannot be replayed. */
static int is_ours(int fd)
{
    char buffer[PATH_MAX];
    return active && of_fd(fd, buffer) != NULL;
}

ssize_t copy_file_range(int in, off64_t *in_at, int out, off64_t *out_at, size_t length, unsigned flags)
{
    if (is_ours(out)) { errno = ENOSYS; return -1; }
    return syscall(SYS_copy_file_range, in, in_at, out, out_at, length, flags);
}

ssize_t sendfile(int out, int in, off_t *offset, size_t length)
{
    if (is_ours(out)) { errno = ENOSYS; return -1; }
    return syscall(SYS_sendfile, out, in, offset, length);
}

ssize_t sendfile64(int out, int in, off64_t *offset, size_t length) { return sendfile(out, in, offset, length); }

static int sync_any(int fd, long call)
{
    char buffer[PATH_MAX];
    if (!active || !of_fd(fd, buffer)) return (int)syscall(call, fd);
    ENTER;
    int result = fails() ? -1 : (int)syscall(call, fd);
    if (result == 0) record(NULL, 0, "S %ld\n", inode_of(fd));
    LEAVE;
    return result;
}

int fsync(int fd) { return sync_any(fd, SYS_fsync); }
int fdatasync(int fd) { return sync_any(fd, SYS_fdatasync); }

/* Neither waits for the file's size nor for the drive: counts for nothing. */
int sync_file_range(int fd, off64_t offset, off64_t length, unsigned flags) { return (int)syscall(SYS_sync_file_range, fd, offset, length, flags); }

static int rename_any(int from_folder, const char *from, int to_folder, const char *to, unsigned flags, const char *word)
{
    char old_buffer[PATH_MAX], new_buffer[PATH_MAX];
    long call = word[0] == 'L' ? SYS_linkat : SYS_renameat2;
    const char *old_name = active ? of_path(from_folder, from, old_buffer) : NULL;
    const char *new_name = active ? of_path(to_folder, to, new_buffer) : NULL;
    if (!old_name || !new_name) return (int)syscall(call, from_folder, from, to_folder, to, flags);
    ENTER;
    int result = fails() ? -1 : (int)syscall(call, from_folder, from, to_folder, to, flags);
    if (result == 0) record(NULL, 0, "%s %s|%s\n", word, old_name, new_name);
    LEAVE;
    return result;
}

int rename(const char *from, const char *to) { return rename_any(AT_FDCWD, from, AT_FDCWD, to, 0, "R"); }
int renameat(int a, const char *from, int b, const char *to) { return rename_any(a, from, b, to, 0, "R"); }
int renameat2(int a, const char *from, int b, const char *to, unsigned flags) { return rename_any(a, from, b, to, flags, "R"); }
int link(const char *from, const char *to) { return rename_any(AT_FDCWD, from, AT_FDCWD, to, 0, "L"); }
int linkat(int a, const char *from, int b, const char *to, int flags) { return rename_any(a, from, b, to, (unsigned)flags, "L"); }

static int unlink_any(int folder, const char *path, int flags)
{
    char buffer[PATH_MAX];
    const char *name = active ? of_path(folder, path, buffer) : NULL;
    if (!name) return (int)syscall(SYS_unlinkat, folder, path, flags);
    ENTER;
    int result = fails() ? -1 : (int)syscall(SYS_unlinkat, folder, path, flags);
    if (result == 0) record(NULL, 0, "U %s\n", name);
    LEAVE;
    return result;
}

int unlink(const char *path) { return unlink_any(AT_FDCWD, path, 0); }
int unlinkat(int folder, const char *path, int flags) { return unlink_any(folder, path, flags); }
int rmdir(const char *path) { return unlink_any(AT_FDCWD, path, AT_REMOVEDIR); }

int mkdirat(int folder, const char *path, mode_t mode)
{
    char buffer[PATH_MAX];
    const char *name = active ? of_path(folder, path, buffer) : NULL;
    if (!name) return (int)syscall(SYS_mkdirat, folder, path, mode);
    ENTER;
    int result = fails() ? -1 : (int)syscall(SYS_mkdirat, folder, path, mode);
    struct stat made;
    if (result == 0 && stat(buffer, &made) == 0) record(NULL, 0, "D %ld %s\n", (long)made.st_ino, name);
    LEAVE;
    return result;
}

int mkdir(const char *path, mode_t mode) { return mkdirat(AT_FDCWD, path, mode); }

/* A P/Invoke of .NET asks libc itself for a function, past every preload: it gets ours. */
void *dlsym(void *handle, const char *name)
{
    static const struct { const char *name; void *call; } ours[] = {
        { "open", open }, { "open64", open64 }, { "openat", openat }, { "creat", creat }, { "write", write }, { "pwrite", pwrite },
        { "pwrite64", pwrite64 }, { "writev", writev }, { "pwritev", pwritev }, { "ftruncate", ftruncate }, { "ftruncate64", ftruncate64 },
        { "truncate", truncate }, { "fsync", fsync }, { "fdatasync", fdatasync }, { "rename", rename }, { "renameat", renameat },
        { "renameat2", renameat2 }, { "link", link }, { "unlink", unlink }, { "unlinkat", unlinkat }, { "rmdir", rmdir }, { "mkdir", mkdir },
        { "mkdirat", mkdirat }, { "fallocate", fallocate }, { "posix_fallocate", posix_fallocate },
    };
    static const char *const versions[] = { "GLIBC_2.34", "GLIBC_2.2.5", "GLIBC_2.17" };
    static void *(*real)(void *, const char *);
    for (size_t i = 0; !real && i < sizeof versions / sizeof *versions; i++)
        real = (void *(*)(void *, const char *))dlvsym(RTLD_NEXT, "dlsym", versions[i]);
    for (size_t i = 0; active && i < sizeof ours / sizeof *ours; i++)
        if (strcmp(name, ours[i].name) == 0) return ours[i].call;
    return real(handle, name); /* a tail call: RTLD_NEXT looks at who asks */
}
