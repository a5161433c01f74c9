using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace ProvisionStation.Tests.House;

/// <summary>Law 10: whoever waits without a limit, a clock or a token does not compile. Compared with the runtime's own overloads, so that a new
/// one is found.</summary>
public sealed partial class BannedWaitTests
{
    private static readonly HashSet<string> Banned =
        [.. Tree.Read("BannedSymbols.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(';')[0])];

    public static TheoryData<Type, string> AllOverloads => new()
    {
        { typeof(Task), "Wait" }, { typeof(Task), "WaitAll" }, { typeof(Task), "WaitAny" }, { typeof(Thread), "Sleep" },
        { typeof(SemaphoreSlim), "Wait" }, { typeof(ManualResetEventSlim), "Wait" }, { typeof(SpinWait), "SpinUntil" },
        { typeof(CancellationTokenSource), "CancelAfter" }, { typeof(Timer), ".ctor" }, { typeof(Stopwatch), ".ctor" },
        { typeof(TaskAwaiter), "GetResult" }, { typeof(TaskAwaiter<>), "GetResult" }, { typeof(ValueTaskAwaiter), "GetResult" },
        { typeof(ValueTaskAwaiter<>), "GetResult" }, { typeof(Environment), "get_TickCount" }, { typeof(Environment), "get_TickCount64" },
        { typeof(Task<>), "get_Result" }, { typeof(ValueTask<>), "get_Result" }, { typeof(DateTime), "get_Now" }, { typeof(DateTime), "get_UtcNow" },
    };

    public static TheoryData<Type, string> WithoutAClock => new()
    {
        { typeof(Task), "Delay" }, { typeof(Task), "WaitAsync" }, { typeof(Task<>), "WaitAsync" }, { typeof(SemaphoreSlim), "WaitAsync" },
        { typeof(PeriodicTimer), ".ctor" }, { typeof(CancellationTokenSource), ".ctor" },
    };

    [Theory, MemberData(nameof(AllOverloads))]
    public void No_overload_is_allowed(Type type, string member) =>
        Assert.All(Members(type, member), one => Assert.Contains(Id(one), Banned));

    [Theory, MemberData(nameof(WithoutAClock))]
    public void Every_overload_with_a_time_and_no_clock_is_banned(Type type, string member) =>
        Assert.All(Members(type, member).Where(HasTimeWithoutClock), one => Assert.Contains(Id(one), Banned));

    [Fact]
    public void Nothing_is_banned_that_does_not_exist()
    {
        string[] unknown =
        [
            .. Banned.Where(id => id.StartsWith("M:", StringComparison.Ordinal)).Where(id =>
            {
                string[] name = Name().Match(id).Groups[1].Value.Split(".#ctor");
                string type = name.Length == 2 ? name[0] : name[0][..name[0].LastIndexOf('.')];
                Type? found = Find(type);
                return found is null || !Everything(found).Any(one => Id(one) == id);
            }),
        ];
        Assert.Empty(unknown);
    }

    [Fact]
    public void The_ban_is_switched_off_by_one_reasoned_line_at_a_time_and_in_few_places()
    {
        string[] suppressed = [.. Tree.Files("src", "*.cs").SelectMany(file => Tree.Read(file).Split('\n')).Where(line => line.Contains("disable RS0030", StringComparison.Ordinal))];
        Assert.All(suppressed, line => Assert.Matches(@"disable RS0030 // \S+ \S+", line));
        Assert.InRange(suppressed.Length, 0, 4);
    }

    private static MethodBase[] Members(Type type, string member)
    {
        MethodBase[] found = [.. Everything(type).Where(one => one.Name == member)];
        Assert.NotEmpty(found);
        return found;
    }

    private static IEnumerable<MethodBase> Everything(Type type) =>
        type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly).Concat<MethodBase>(type.GetConstructors());

    private static bool HasTimeWithoutClock(MethodBase one)
    {
        Type[] types = [.. one.GetParameters().Select(parameter => parameter.ParameterType)];
        return (types.Contains(typeof(TimeSpan)) || types.Contains(typeof(int))) && !types.Contains(typeof(TimeProvider));
    }

    private static Type? Find(string name)
    {
        string[] places = ["System.Private.CoreLib", "System.Runtime", "System.Threading", "System.Diagnostics.StopWatch", "System.Runtime.Extensions"];
        string nested = NestedAwaiter().Replace(name, "$1+$2");
        return places.Select(place => Type.GetType($"{nested}, {place}")).FirstOrDefault(type => type is not null) ?? typeof(Stopwatch).Assembly.GetType(nested);
    }

    /// <summary>The name the compiler's documentation gives it, which is what the analyzer is told.</summary>
    private static string Id(MethodBase one)
    {
        string type = one.DeclaringType!.FullName!.Replace('+', '.');
        if (one.IsSpecialName && one.Name.StartsWith("get_", StringComparison.Ordinal))
            return $"P:{type}.{one.Name[4..]}";
        string parameters = string.Join(',', one.GetParameters().Select(parameter => Text(parameter.ParameterType)));
        return $"M:{type}.{one.Name.Replace(".ctor", "#ctor", StringComparison.Ordinal)}{(parameters.Length == 0 ? "" : $"({parameters})")}";
    }

    private static string Text(Type type) => type.IsGenericType
        ? $"{type.GetGenericTypeDefinition().FullName!.Split('`')[0]}{{{string.Join(',', type.GetGenericArguments().Select(Text))}}}"
        : type.FullName ?? type.Name;

    [GeneratedRegex(@"^M:([^(]+)")]
    private static partial Regex Name();

    [GeneratedRegex(@"(ConfiguredTaskAwaitable(?:`1)?)\.(ConfiguredTaskAwaiter)")]
    private static partial Regex NestedAwaiter();
}
