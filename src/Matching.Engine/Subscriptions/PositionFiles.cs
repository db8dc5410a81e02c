using System.Globalization;
using System.Text;
using Matching.Storage;

namespace Matching.Engine.Subscriptions;

/// <summary>
/// Positions of subscriptions, one small file each beside the journal. A file is replaced as a whole: written anew, synced,
/// renamed, the directory synced; so it holds the position before or the one after. Its line carries a checksum.
/// Without a directory positions live in memory, like the journal then.
/// </summary>
internal sealed class PositionFiles(IDisk disk, string? dataDirectory)
{
    private const string Heading = "matching-subscription 1";

    private readonly Dictionary<string, long> _inMemory = [];
    private readonly string? _directory = dataDirectory is null ? null : Path.Combine(dataDirectory, "subscriptions");

    /// <summary>The position saved; null for a name never used.</summary>
    /// <exception cref="SubscriptionException">The file is damaged.</exception>
    public long? Load(string name)
    {
        if (_directory is null)
        {
            return _inMemory.TryGetValue(name, out long position) ? position : null;
        }

        string path = Path.Combine(_directory, name);
        if (!disk.FileExists(path))
        {
            return null;
        }

        using IDiskFile file = disk.OpenRead(path);
        byte[] bytes = new byte[Math.Min(file.Length, 256)];
        int length = file.Read(0, bytes);
        string[] fields = Encoding.ASCII.GetString(bytes, 0, length).TrimEnd('\n').Split(' ');
        return fields.Length == 4
            && long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out long saved)
            && string.Equals(Line(saved), string.Join(' ', fields) + "\n", StringComparison.Ordinal)
            ? saved
            : throw new SubscriptionException(
                $"{path} is damaged: it is no saved position. Delete it to let the subscription {name} begin anew");
    }

    public void Save(string name, long position)
    {
        if (_directory is null)
        {
            _inMemory[name] = position;
            return;
        }

        if (!disk.DirectoryExists(_directory))
        {
            disk.CreateDirectory(_directory);
            disk.SyncDirectory(dataDirectory!);
        }

        // A name never begins with a dot, so no subscription's file is called like this.
        string temporary = Path.Combine(_directory, "." + name + ".new");
        using (IDiskFile file = disk.Create(temporary))
        {
            file.Write(0, Encoding.ASCII.GetBytes(Line(position)));
            file.Sync();
        }

        disk.Rename(temporary, Path.Combine(_directory, name));
        disk.SyncDirectory(_directory);
    }

    private static string Line(long position)
    {
        string line = string.Create(CultureInfo.InvariantCulture, $"{Heading} {position}");
        return string.Create(CultureInfo.InvariantCulture, $"{line} {~Crc.Of(Encoding.ASCII.GetBytes(line)):x8}\n");
    }
}
