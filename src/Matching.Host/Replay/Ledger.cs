using System.Buffers.Text;
using Matching.Core;
using Matching.Host.Generate;
using Matching.Host.Traffic;

namespace Matching.Host.Replay;

/// <summary>
/// The teams that a replay opened and what became of them, gathered from its events: 40 bytes a team and 16 a seat, and only when
/// a ledger is asked for. One thread at a time.
/// </summary>
/// <param name="orderOffset">Taken off an order's id to get back its row.</param>
internal sealed class Ledger(long orderOffset)
{
    private readonly Dictionary<long, int> _rowOf = [];
    private readonly List<Row> _rows = [];
    private readonly List<(long Buyer, int Next)> _seats = [];

    private enum Status : byte
    {
        Open,
        Formed,
        Expired,
    }

    /// <summary>Teams gathered.</summary>
    public int Teams => _rows.Count;

    /// <summary>Takes the next event of the replay.</summary>
    public void Take(in Event e)
    {
        if (e.Kind == EventKind.TeamOpened)
        {
            _rowOf.Add(e.Team, _rows.Count);
            _rows.Add(new Row { Order = e.Order, Item = e.Item, OpenedMs = e.At, EndMs = e.Deadline, First = -1, Last = -1 });
        }

        // Teams that were open before this replay are not its own.
        if (!_rowOf.TryGetValue(e.Team, out int index))
        {
            return;
        }

        ref Row row = ref System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_rows)[index];
        switch (e.Kind)
        {
            case EventKind.TeamOpened or EventKind.SeatTaken:
                Seat(ref row, e.Buyer);
                break;
            case EventKind.TeamFormed:
                (row.Status, row.EndMs) = (Status.Formed, e.At);
                break;
            case EventKind.TeamExpired:
                row.Status = Status.Expired;
                break;
        }
    }

    /// <summary>
    /// Writes it, sorted by opening row, times in seconds; gzip when the name ends in .gz. Words that hold a comma, a quote or a line end
    /// are quoted (RFC 4180); a bar in a buyer's word is doubled, since bars part the members.
    /// </summary>
    public void Write(string path, WordTable words)
    {
        using var file = new BufferedStream(RequestWriter.Create(path), 1 << 20);
        using var field = new MemoryStream();
        file.Write("opening_row,item,opened_at,status,formed_at_or_deadline,members\n"u8);
        _rows.Sort((a, b) => a.Order.CompareTo(b.Order));
        foreach (Row row in _rows)
        {
            Put(file, row.Order - orderOffset, (byte)',');
            words.WriteWord(row.Item, field);
            Put(file, field, (byte)',');
            Put(file, row.OpenedMs / 1000, (byte)',');
            file.Write(row.Status switch { Status.Open => "open,"u8, Status.Formed => "formed,"u8, _ => "expired,"u8 });
            Put(file, row.EndMs / 1000, (byte)',');
            for (int seat = row.First; seat >= 0; seat = _seats[seat].Next)
            {
                PutMember(field, _seats[seat].Buyer, words);
                if (_seats[seat].Next >= 0)
                {
                    field.WriteByte((byte)'|');
                }
            }

            Put(file, field, (byte)'\n');
        }
    }

    private static void PutMember(MemoryStream field, long buyer, WordTable words)
    {
        int start = (int)field.Position;
        words.WriteWord(buyer, field);
        if (field.GetBuffer().AsSpan(start, (int)field.Position - start).Contains((byte)'|'))
        {
            PutDoubled(field, start, (byte)'|');
        }
    }

    private static void Put(Stream file, MemoryStream field, byte end)
    {
        if (field.GetBuffer().AsSpan(0, (int)field.Position).IndexOfAny(",\"\r\n"u8) >= 0)
        {
            PutDoubled(field, 0, (byte)'"');
            file.WriteByte((byte)'"');
            file.Write(field.GetBuffer(), 0, (int)field.Position);
            file.WriteByte((byte)'"');
        }
        else
        {
            file.Write(field.GetBuffer(), 0, (int)field.Position);
        }

        file.WriteByte(end);
        field.Position = 0;
    }

    // What stands from a place on, again, with one byte doubled.
    private static void PutDoubled(MemoryStream field, int start, byte doubled)
    {
        byte[] plain = field.GetBuffer()[start..(int)field.Position];
        field.Position = start;
        foreach (byte b in plain)
        {
            field.WriteByte(b);
            if (b == doubled)
            {
                field.WriteByte(b);
            }
        }
    }

    private void Seat(ref Row row, long buyer)
    {
        if (row.First < 0)
        {
            row.First = _seats.Count;
        }
        else
        {
            _seats[row.Last] = _seats[row.Last] with { Next = _seats.Count };
        }

        row.Last = _seats.Count;
        _seats.Add((buyer, -1));
    }

    private static void Put(Stream file, long number, byte end)
    {
        Span<byte> digits = stackalloc byte[21];
        Utf8Formatter.TryFormat(number, digits, out int length);
        digits[length++] = end;
        file.Write(digits[..length]);
    }

    private struct Row
    {
        public long Order;
        public long Item;
        public long OpenedMs;
        public long EndMs;
        public int First;
        public int Last;
        public Status Status;
    }
}
