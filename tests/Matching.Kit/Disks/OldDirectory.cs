using System.Buffers.Binary;
using System.Text;
using Matching.Storage;

namespace Matching.Kit.Disks;

/// <summary>
/// Turns a data directory into what the program before ids would have left: version 1 of every file, no id anywhere, nothing that must
/// exist but the segments, and each segment as long as it was made. Checksums of pages change with the headers, so the chain is made
/// anew.
/// </summary>
public static class OldDirectory
{
    private const int PageBytes = 4096;

    /// <summary>Does so. Nothing is torn in it.</summary>
    public static void Make(FaultyDisk disk, string directory)
    {
        ArgumentNullException.ThrowIfNull(disk);
        Dictionary<uint, uint> renamed = [];
        foreach (string path in disk.Paths.Where(path => path.StartsWith(directory, StringComparison.Ordinal)))
        {
            byte[] bytes = disk.BytesOf(path);
            switch (Path.GetExtension(path))
            {
                case ".seg":
                    disk.Replace(path, Segment(path, bytes, renamed));
                    break;
                case ".arc":
                    bytes[16] = 1;
                    bytes.AsSpan(88, 40).Clear();
                    disk.Replace(path, Sealed(bytes, 0, 128));
                    break;
                default:
                    break;
            }
        }

        foreach (string path in disk.Paths.Where(path => path.EndsWith(".snap", StringComparison.Ordinal)))
        {
            disk.Replace(path, Snapshot(disk.BytesOf(path), renamed));
        }

        disk.Replace($"{directory}/watermark", Watermark(disk.BytesOf($"{directory}/watermark")));
        disk.Replace($"{directory}/matching.marker", Marker());
    }

    private static byte[] Segment(string path, byte[] bytes, Dictionary<uint, uint> renamed)
    {
        // Not started: nothing in it is of any version.
        if (Page.StateOf(bytes.AsSpan(0, PageBytes)) != PageState.Sound)
        {
            return bytes;
        }

        long length = Storage.Segment.ReadHeader(path, bytes.AsSpan(0, PageBytes)).Bytes;
        Array.Resize(ref bytes, (int)length);
        bytes[40] = 1;
        bytes.AsSpan(80, 16).Clear();
        for (int at = 0; at < bytes.Length; at += PageBytes)
        {
            Span<byte> page = bytes.AsSpan(at, PageBytes);
            uint before = BinaryPrimitives.ReadUInt32LittleEndian(page);
            if (!page.ContainsAnyExcept((byte)0))
            {
                break;
            }

            PageHeader header = PageHeader.Read(page);
            renamed[before] = Page.Seal(page, header with { Previous = renamed.GetValueOrDefault(header.Previous, header.Previous) });
        }

        return bytes;
    }

    private static byte[] Snapshot(byte[] bytes, Dictionary<uint, uint> renamed)
    {
        uint boundary = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(20));
        bytes[16] = 1;
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(20), renamed.GetValueOrDefault(boundary, boundary));
        bytes.AsSpan(40, 16).Clear();
        Sealed(bytes, 0, 64);
        int trailer = bytes.Length - 64;
        bytes[trailer + 16] = 1;
        bytes.AsSpan(0, 4).CopyTo(bytes.AsSpan(trailer + 24));
        return Sealed(bytes, trailer, 64);
    }

    private static byte[] Watermark(byte[] bytes)
    {
        foreach (int slot in (int[])[0, PageBytes])
        {
            if (bytes[slot + 16] != 0)
            {
                bytes[slot + 16] = 1;
                bytes.AsSpan(slot + 56, 16).Clear();
                Sealed(bytes, slot, 512);
            }
        }

        return bytes;
    }

    private static byte[] Marker()
    {
        const string Text = "matching data directory\nversion 1\npartitions 1024\n";
        byte[] text = Encoding.ASCII.GetBytes("\0\0\0\0" + Text);
        Array.Resize(ref text, (text.Length + 7) / 8 * 8);
        return Encoding.ASCII.GetBytes($"{Text}checksum {Page.Checksum(text):x8}\n");
    }

    private static byte[] Sealed(byte[] bytes, int at, int length)
    {
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), Page.Checksum(bytes.AsSpan(at, length)));
        return bytes;
    }
}
