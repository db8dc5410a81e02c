using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

/// <summary>Files in a directory of the test's own, and a reader for them.</summary>
public sealed class Reading : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("matching-reading-");

    internal WordTable Words { get; } = new();

    internal string File(string name, string text) => File(name, Encoding.UTF8.GetBytes(text));

    internal string File(string name, byte[] bytes)
    {
        string path = Path.Combine(_directory.FullName, name);
        System.IO.File.WriteAllBytes(path, bytes);
        return path;
    }

    internal static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
        {
            gzip.Write(bytes);
        }

        return packed.ToArray();
    }

    internal static byte[] Tar(params (string Name, string Text)[] files)
    {
        using var archive = new MemoryStream();
        using (var writer = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach ((string name, string text) in files)
            {
                writer.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, name)
                {
                    DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                });
            }
        }

        return archive.ToArray();
    }

    internal (TrafficReader Reader, BadRows Bad) Read(params string[] files) => Read(false, "pv,cart,fav,buy", false, files);

    internal (TrafficReader Reader, BadRows Bad) Read(bool strict, string behaviors, bool byCategory, params string[] files)
    {
        var bad = new BadRows(strict);
        var taken = new HashSet<string>(behaviors.Split(','), StringComparer.Ordinal);
        var reader = new TrafficReader(Words, bad, new UserBehaviorRows(Words, taken, byCategory));
        foreach (string file in files)
        {
            reader.Read(file);
        }

        return (reader, bad);
    }

    /// <summary>The arrivals in sending order, as <c>order@seconds:user>item</c>.</summary>
    internal string Sent(TrafficReader reader)
    {
        var text = new List<string>();
        foreach (ReadOnlyMemory<Arrival> piece in reader.Arrivals.InOrder())
        {
            foreach (Arrival a in piece.ToArray())
            {
                text.Add($"{a.Order}@{a.AtMs / 1000}:{Word(a.Buyer)}>{Word(a.Item)}");
            }
        }

        return string.Join(' ', text);
    }

    internal string Word(long id)
    {
        using var bytes = new MemoryStream();
        Words.WriteWord(id, bytes);
        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    public void Dispose() => _directory.Delete(recursive: true);
}
