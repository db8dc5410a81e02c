using System.Buffers.Text;
using System.Globalization;
using System.IO.Compression;
using Matching.Host.Traffic;

namespace Matching.Host.Generate;

/// <summary>Writes requests as <c>row,t,user,item</c>, gzip when the name ends in .gz.</summary>
internal static class RequestWriter
{
    private const int BufferBytes = 1 << 20;
    private const int LineBytes = 4 * 21;

    /// <summary>Writes them all; an existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    /// <param name="generator">Gives the requests.</param>
    /// <param name="progress">Told how many are written.</param>
    public static void Write(string path, Generator generator, Action<long> progress)
    {
        using Stream file = Create(path);
        byte[] buffer = new byte[BufferBytes];
        ColumnNames.RequestsHeader.CopyTo(buffer);
        int used = ColumnNames.RequestsHeader.Length;
        buffer[used++] = (byte)'\n';
        while (generator.TryNext(out Arrival arrival))
        {
            if (BufferBytes - used < LineBytes)
            {
                file.Write(buffer, 0, used);
                used = 0;
                progress(arrival.Order - 1);
            }

            Put(buffer, ref used, arrival.Order, ',');
            Put(buffer, ref used, arrival.AtMs / 1000, ',');
            Put(buffer, ref used, arrival.Buyer, ',');
            Put(buffer, ref used, arrival.Item, '\n');
        }

        file.Write(buffer, 0, used);
    }

    /// <summary>Creates a file that packs what is written when its name ends in .gz.</summary>
    public static Stream Create(string path)
    {
        var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, 1 << 16);
        return path.EndsWith(".gz", true, CultureInfo.InvariantCulture) ? new GZipStream(file, CompressionLevel.Fastest) : file;
    }

    private static void Put(byte[] buffer, ref int used, long number, char end)
    {
        Utf8Formatter.TryFormat(number, buffer.AsSpan(used), out int length);
        used += length;
        buffer[used++] = (byte)end;
    }
}
