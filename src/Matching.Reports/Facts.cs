using System.Globalization;
using DuckDB.NET.Data;
using Matching.Engine;
using Matching.Storage;

namespace Matching.Reports;

/// <summary>
/// The facts that reports are made of, in one DuckDB file: orders, teams, refunds and owners as the journal tells them, and views. What was
/// taken in and how far it reaches are written in one transaction, so each event counts once, whenever the process dies. The file can be
/// deleted: it is made anew from the journal and the view logs. One thread at a time; one process at a time.
/// </summary>
public sealed class Facts : IDisposable
{
    private const int Format = 1;

    /// <summary>What is not committed is read again after a crash.</summary>
    private const int EventsPerCommit = 1 << 17;

    private readonly string? _path;
    private DuckDBConnection _connection = null!;
    private FactRows? _rows;
    private int _pending;
    private string _journal = "";
    private string _latest = "";
    private long _ms;

    private Facts(string? path) => _path = path;

    /// <summary>Sequence of the next event to be taken in.</summary>
    public long Position { get; private set; }

    /// <summary>Events that were deleted before the facts had taken them in.</summary>
    public long Missing { get; private set; }

    /// <summary>The day behind the latest event, in a zone so far ahead of UTC: where a window ends when nothing is said.</summary>
    public DateOnly EndDay(TimeSpan zone) =>
        DateOnly.FromDateTime(DateTimeOffset.FromUnixTimeMilliseconds(_ms).ToOffset(zone).DateTime).AddDays(1);

    internal DuckDBConnection Connection => _connection;

    internal long LatestMs => _ms;

    /// <summary>Opens the facts, or begins them.</summary>
    /// <param name="path">The file; null for facts in memory.</param>
    /// <exception cref="IOException">Another process has it open, or it is no such file.</exception>
    public static Facts Open(string? path)
    {
        if (path is not null)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        }

        var facts = new Facts(path);
        facts.Connect();
        return facts;
    }

    /// <summary>Takes in the next event. A <see cref="Commit"/> follows now and then by itself.</summary>
    /// <exception cref="InvalidOperationException">It is not the next one.</exception>
    public void Apply(JournaledEvent e)
    {
        if (e.Sequence != Position)
        {
            throw new InvalidOperationException($"event {e.Sequence} where {Position} is the next");
        }

        _rows ??= Begin();
        _rows.Add(e);
        _latest = NameOf(e);
        _ms = Math.Max(_ms, e.Control?.At ?? e.Event.At);
        Position++;
        if (++_pending >= EventsPerCommit)
        {
            Commit();
        }
    }

    /// <summary>Makes what was taken in durable, and visible to reports.</summary>
    public void Commit()
    {
        if (_rows is null)
        {
            return;
        }

        _rows.Dispose();
        _rows = null;
        _pending = 0;
        Execute(string.Create(
            CultureInfo.InvariantCulture,
            $"""
            UPDATE position SET journal = '{_journal}', next = {Position}, missing = {Missing}, ms = {_ms}, latest = '{_latest}';
            COMMIT
            """));
    }

    /// <summary>Takes in everything that a journal read without its engine holds, also beside a running one.</summary>
    /// <param name="journal">The journal.</param>
    /// <param name="progress">Told the position now and then.</param>
    public void CatchUp(ReadOnlyJournal journal, Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(journal);
        string id = journal.Parts.Count == 0 ? "" : journal.Parts[^1].Directory.ToString();
        bool known = Position <= journal.EndSequence && (_journal.Length == 0 || string.Equals(_journal, id, StringComparison.Ordinal));
        bool same = known && (Position <= journal.FirstSequence || IsLatest(JournalEvents.Read(journal, Position - 1).First()));
        BeginAt(same, journal.FirstSequence);
        _journal = id;
        foreach (JournaledEvent e in JournalEvents.Read(journal, Position))
        {
            Apply(e);
            if (_pending == 0)
            {
                progress?.Invoke(Position);
            }
        }

        Commit();
    }

    /// <summary>Takes in what the view logs of a data directory hold beyond what was read before.</summary>
    /// <param name="dataDirectory">The directory; null for none.</param>
    public void ReadViews(string? dataDirectory)
    {
        Commit();
        if (dataDirectory is not null && ViewFeed.Find(_connection, dataDirectory) is { Count: > 0 } grown)
        {
            Execute("BEGIN TRANSACTION");
            ViewFeed.Read(_connection, grown);
            Execute("COMMIT");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // What was not committed is read again.
        _rows?.Dispose();
        _rows = null;
        _connection.Dispose();
    }

    /// <summary>Whether an event is the last one taken in: the facts are of this journal's history, not of another copy's.</summary>
    internal bool IsLatest(JournaledEvent e) => string.Equals(NameOf(e), _latest, StringComparison.Ordinal);

    /// <summary>Goes on where the facts end, or from the oldest event there is.</summary>
    internal void BeginAt(bool goOn, long oldest)
    {
        if (!goOn)
        {
            Rebuild();
        }

        if (Position < oldest)
        {
            Missing += oldest - Position;
            Position = oldest;
        }
    }

    internal void Execute(string sql)
    {
        using DuckDBCommand command = _connection.CreateCommand();
#pragma warning disable CA2100 // numbers and days only, and the reports' own texts
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static string NameOf(JournaledEvent e) => e.Control is { } control
        ? string.Create(CultureInfo.InvariantCulture, $"{e.Sequence}:{control.Kind}:{control.At}:{control.Item}:{control.Request}")
        : string.Create(CultureInfo.InvariantCulture, $"{e.Sequence}:{e.Event.Kind}:{e.Event.At}:{e.Event.Item}:{e.Event.Order}");

    private void Connect()
    {
        try
        {
            OpenFile();
        }
        catch (DuckDBException e)
        {
            _connection.Dispose();
            throw new IOException(
                $"the facts {_path} cannot be opened: {e.Message} Close who has them open, or delete the file: it is made anew.", e);
        }

        if (Load())
        {
            Prepare();
        }
        else
        {
            Rebuild();
        }
    }

    private void OpenFile()
    {
        // The engine beside it must not notice: one thread, and what does not fit goes to a file.
        _connection = new DuckDBConnection($"DataSource={_path ?? ":memory:"};threads=1;memory_limit=512MB");
        _connection.Open();
    }

    private bool Load()
    {
        using DuckDBCommand command = _connection.CreateCommand();
        command.CommandText = "SELECT count(*) FROM information_schema.tables";
        if ((long)command.ExecuteScalar()! == 0)
        {
            return false;
        }

        command.CommandText = "SELECT count(*) FROM information_schema.tables WHERE table_name IN ('position', 'made', 'happened')";
        if ((long)command.ExecuteScalar()! != 3)
        {
            _connection.Dispose();
            throw new IOException($"{_path} is a database of something else: name another file for the facts.");
        }

        command.CommandText = "SELECT format, journal, next, missing, ms, latest FROM position";
        using DuckDBDataReader row = command.ExecuteReader();
        if (!row.Read() || row.GetInt32(0) != Format)
        {
            return false;
        }

        (_journal, Position, Missing) = (row.GetString(1), row.GetInt64(2), row.GetInt64(3));
        (_ms, _latest) = (row.GetInt64(4), row.GetString(5));
        return true;
    }

    private FactRows Begin()
    {
        Execute("BEGIN TRANSACTION");
        return new FactRows(_connection);
    }

    // What a report is asked for has its types before the views are read that name it.
    private void Prepare()
    {
        Report.SetVariables(this, new ReportRequest("daily", default, default));
        Execute("CREATE TEMP TABLE IF NOT EXISTS spend (day DATE, merchant BIGINT, fen BIGINT)");
    }

    private void Rebuild()
    {
        (_journal, _latest, Position, Missing, _ms) = ("", "", 0, 0, 0);
        if (_path is not null)
        {
            _connection.Dispose();
            File.Delete(_path);
            File.Delete(_path + ".wal");
            OpenFile();
        }

        Prepare();
        Execute($"BEGIN TRANSACTION; {Report.TextOf("schema")} INSERT INTO position VALUES ({Format}, '', 0, 0, 0, ''); COMMIT");
    }
}
