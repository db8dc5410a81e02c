using System.Buffers.Binary;
using System.Globalization;
using Matching.Core;
using Matching.Core.Campaigns;
using Matching.Storage;

namespace Matching.Recording;

/// <summary>One life of an engine, recorded.</summary>
public sealed class RecordingSession
{
    private readonly IDisk _disk;
    private readonly IReadOnlyList<string> _files;
    private readonly byte[] _block = new byte[RecordBuffer.Size];

    internal RecordingSession(IDisk disk, IReadOnlyList<string> files, RecordingHead head)
    {
        _disk = disk;
        _files = files;
        Head = head;
    }

    /// <summary>The head of the first file that is left: the engine's shards and terms, and where its journal stood.</summary>
    public RecordingHead Head { get; }

    /// <summary>Commands dropped, as far as was read: the recorder could not keep up.</summary>
    public long Dropped { get; private set; }

    /// <summary>
    /// Commands of this life in files that are not here: the oldest go when there is no room, and one file may be read alone.
    /// </summary>
    public long Missing => Head.CommandsBefore + Head.CampaignCommandsBefore;

    /// <summary>Commands dropped, as far as was read, and missing.</summary>
    public long Lacking => Dropped + Missing;

    /// <summary>True when what was read ended with the sitting's own end.</summary>
    public bool Ended { get; private set; }

    /// <summary>Events in the journal at the sitting's own end; 0 until that was read.</summary>
    public long EndSequence { get; private set; }

    /// <summary>Where reading ended in the middle of a block, and why that is no damage; null when it did not.</summary>
    public string? Torn { get; private set; }

    /// <summary>
    /// The commands. Those of one shard come in the order decided, and each campaign command behind what every shard had decided before it
    /// knew of it, and before what it decided then.
    /// </summary>
    /// <exception cref="InvalidDataException">A file is damaged; the message says where.</exception>
    public IEnumerable<RecordedCommand> Commands()
    {
        Dropped = Head.DroppedBefore;
        (Ended, EndSequence) = (false, 0);
        Torn = null;
        foreach (RecordedBlock block in new BlockOrder(Head.Shards).Of(Blocks()))
        {
            var command = new RecordedCommand { Shard = block.Shard, DroppedBefore = Dropped };
            long ms = block.From;
            for (int k = 0, offset = RecordingFormat.BlockHeadBytes; k < block.Count; k++)
            {
                offset += ReadOne(block, offset, ms, ref command);
                ms = command.Command.At;
                yield return command;
            }
        }
    }

    private static int ReadOne(in RecordedBlock block, int offset, long beforeMs, ref RecordedCommand to)
    {
        ReadOnlySpan<byte> from = block.Bytes.Span[offset..];
        try
        {
            if (block.Kind == RecordingFormat.Commands)
            {
                int read = RecordCodec.Read(from, beforeMs, out Command command, out Answer answer);
                (to.Command, to.Answer) = (command, answer);
                return read;
            }

            int length = CampaignCodec.Read(from, out ControlCommand campaign, out ControlAnswer said);
            (to.Campaign, to.CampaignAnswer) = (campaign, said);
            to.Command = new Command { At = campaign.At };
            return length;
        }
        catch (FormatException e)
        {
            throw new InvalidDataException($"{block.Where}: {e.Message}", e);
        }
    }

    // As they lie in the files. The bytes of one are those of the next when it is asked for.
    private IEnumerable<RecordedBlock> Blocks()
    {
        for (int i = 0; i < _files.Count; i++)
        {
            using IDiskFile file = _disk.OpenRead(_files[i]);
            long at = RecordingFormat.HeadBytes;
            while (TryReadBlock(file, _files[i], i == _files.Count - 1, ref at, out RecordedBlock block))
            {
                Dropped += BinaryPrimitives.ReadInt64LittleEndian(block.Bytes.Span[16..]);
                if (block.Kind == RecordingFormat.End)
                {
                    (Ended, EndSequence) = (true, block.From);
                    yield break;
                }

                yield return block;
            }
        }
    }

    private bool TryReadBlock(IDiskFile file, string path, bool last, ref long at, out RecordedBlock block)
    {
        block = default;
        int read = file.Read(at, _block.AsSpan(0, RecordingFormat.BlockHeadBytes));
        if (read == 0)
        {
            return false;
        }

        string where = string.Create(CultureInfo.InvariantCulture, $"{path}, byte {at}");
        int length = read == RecordingFormat.BlockHeadBytes ? BinaryPrimitives.ReadInt32LittleEndian(_block) : -1;
        int whole = RecordingFormat.BlockHeadBytes + length;
        if (length < 0 || whole > RecordBuffer.Size)
        {
            return Stop(where, last, read < RecordingFormat.BlockHeadBytes);
        }

        read = file.Read(at, _block.AsSpan(0, whole));
        if (read < whole || !RecordingFormat.IsWhole(_block.AsSpan(0, whole)))
        {
            // Space that the file system gave the file, and that was not written before the power went.
            return Stop(where, last, read < whole || _block.AsSpan(0, whole).IndexOfAnyExcept((byte)0) < 0);
        }

        block = new RecordedBlock(_block.AsMemory(0, whole), where);
        if (block.Kind is < RecordingFormat.Commands or > RecordingFormat.Mark || block.Shard >= Head.Shards)
        {
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture,
                $"{where}: a block of kind {block.Kind} and shard {block.Shard} is not known to this version"));
        }

        at += whole;
        return true;
    }

    /// <summary>
    /// A block cut off at the end of a sitting's last file is what a killed program leaves behind; anything else is damage.
    /// </summary>
    private bool Stop(string where, bool last, bool cutOff)
    {
        if (!last || !cutOff)
        {
            throw new InvalidDataException($"{where}: the block is damaged: its checksum is wrong or it is cut off");
        }

        Torn = $"{where}: the last block is cut off; the program was killed, or is still writing";
        return false;
    }
}
