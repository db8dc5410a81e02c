using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Matching.Host.Cli;
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

    internal static byte[] Zip(params (string Name, byte[] Content)[] files)
    {
        using var archive = new MemoryStream();
        using (var writer = new ZipArchive(archive, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach ((string name, byte[] content) in files)
            {
                using Stream entry = writer.CreateEntry(name).Open();
                entry.Write(content);
            }
        }

        return archive.ToArray();
    }

    internal (TrafficReader Reader, BadRows Bad) Read(params string[] files) => Read(TrafficOptions.Default, files);

    internal (TrafficReader Reader, BadRows Bad) Read(TrafficOptions options, params string[] files)
    {
        var bad = new BadRows(options.Strict);
        var reader = new TrafficReader(options, Words, bad);
        foreach (string file in files)
        {
            reader.Read(file);
        }

        return (reader, bad);
    }

    /// <summary>The arrivals of one file with this text.</summary>
    internal string Sent(string text, TrafficOptions? options = null) =>
        Sent(Read(options ?? TrafficOptions.Default, File("a.csv", text)).Reader);

    /// <summary>Why a file with this text is refused.</summary>
    internal string Refusal(string text, TrafficOptions? options = null) =>
        Assert.ThrowsAny<Exception>(() => Read(options ?? TrafficOptions.Default, File("a.csv", text))) is var e
            && e is InvalidDataException or UsageException or IOException ? e.Message : throw e;

    /// <summary>The arrivals in sending order, as <c>order@seconds:user>item</c>, with ms where there are any.</summary>
    internal string Sent(TrafficReader reader)
    {
        var text = new List<string>();
        foreach (ReadOnlyMemory<Arrival> piece in reader.Arrivals.InOrder())
        {
            foreach (Arrival a in piece.ToArray())
            {
                string fraction = a.AtMs % 1000 == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $".{a.AtMs % 1000:D3}");
                text.Add($"{a.Order}@{a.AtMs / 1000}{fraction}:{Word(a.Buyer)}>{Word(a.Item)}");
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
