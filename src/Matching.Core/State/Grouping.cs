using Matching.Structures;

namespace Matching.Core;

/// <summary>
/// Rows of one kind by partition, and the place of each in its partition's section: two counting passes, 8 bytes a row. Chosen over
/// keeping rows by partition always, which would cost every join a look-up more.
/// </summary>
internal sealed class Grouping
{
    private readonly int[] _placeOf;
    private readonly int[] _rows;
    private readonly int[] _starts = new int[BookOptions.Partitions + 1];
    private int _partition;

    /// <summary>Groups rows 1 … count.</summary>
    /// <param name="count">How many rows there are.</param>
    /// <param name="partitionOf">The partition of a row; negative for one that is left out.</param>
    public Grouping(int count, Func<int, int> partitionOf)
        : this(count, Enumerable.Range(1, count), partitionOf)
    {
    }

    /// <summary>Groups rows in an order of the caller's; it is gone through twice.</summary>
    /// <param name="count">The highest row there is.</param>
    /// <param name="ordered">The rows; those that are not in it are left out.</param>
    /// <param name="partitionOf">The partition of a row; negative for one that is left out.</param>
    public Grouping(int count, IEnumerable<int> ordered, Func<int, int> partitionOf)
    {
        _placeOf = new int[count + 1];
        int kept = 0;
        foreach (int row in ordered)
        {
            int partition = partitionOf(row);
            if (partition >= 0)
            {
                _placeOf[row] = ++_starts[partition + 1];
                kept++;
            }
        }

        for (int partition = 1; partition <= BookOptions.Partitions; partition++)
        {
            _starts[partition] += _starts[partition - 1];
        }

        _rows = new int[kept];
        foreach (int row in ordered)
        {
            if (_placeOf[row] != 0)
            {
                _rows[_starts[partitionOf(row)] + _placeOf[row] - 1] = row;
            }
        }
    }

    /// <summary>Rows of a partition, in the order given.</summary>
    public ReadOnlySpan<int> Of(int partition) => _rows.AsSpan(_starts[partition].._starts[partition + 1]);

    /// <summary>The same; from now on places are in this partition's section.</summary>
    public ReadOnlySpan<int> Enter(int partition)
    {
        _partition = partition;
        return Of(partition);
    }

    /// <summary>Lets a row that was left out be found at another's place: both are one thing.</summary>
    public void Join(int row, int other) => _placeOf[row] = -Math.Abs(_placeOf[other]);

    /// <summary>Place of a row in the section entered, from 1 on; 0 for row 0.</summary>
    /// <exception cref="InvariantException">The row stands elsewhere or nowhere: what names it could not be loaded.</exception>
    public int PlaceOf(int row)
    {
        if (row == 0)
        {
            return 0;
        }

        int place = Math.Abs(_placeOf[row]);
        int at = _starts[_partition] + place - 1;
        bool here = place != 0 && at < _starts[_partition + 1] && (_placeOf[row] < 0 || _rows[at] == row);
        return here ? place : throw new InvariantException("a row that is saved names one that is not saved with it");
    }
}
