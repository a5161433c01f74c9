using System.Text;

namespace ProvisionStation.Tests.Support;

/// <summary>Seeded damage: parts of good texts, cut, doubled, swapped and sprinkled with odd characters. The seed is printed.</summary>
internal static class Garbage
{
    private const string Odd = "\0\r\n\t:{}[]&*!|>'\"%@`#,?-~0x9eE+.\\ü€\uFFFD\u202E{channel}";

    /// <summary>Calls <paramref name="check"/> with damaged texts; a failure names the seed and the text.</summary>
    public static void Try(string good, int count, Action<string> check)
    {
        int seed = Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"seed {seed}");
        Random random = new(seed);
        for (int i = 0; i < count; i++)
        {
            string text = Damage(good, random);
            try
            {
                check(text);
            }
            catch (Exception e)
            {
                Assert.Fail($"seed {seed}, text {i}: {e.GetType().Name}: {e.Message}\n{text}\n{e.StackTrace}");
            }
        }
    }

    private static string Damage(string good, Random random)
    {
        StringBuilder text = new(good);
        for (int wounds = random.Next(1, 6); wounds > 0; wounds--)
        {
            int at = random.Next(text.Length + 1);
            int length = Math.Min(random.Next(1, 20), text.Length - at);
            switch (random.Next(4))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, Odd[random.Next(Odd.Length)]);
                    break;
                case 2:
                    text.Insert(random.Next(text.Length + 1), text.ToString(at, length));
                    break;
                default:
                    text.Insert(at, new string(Odd[random.Next(Odd.Length)], random.Next(1, 40)));
                    break;
            }
        }

        return text.ToString();
    }
}
