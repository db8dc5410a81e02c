using DuckDB.NET.Data;
using Matching.Engine;

namespace Matching.Reports;

/// <summary>Takes in what view logs have grown by.</summary>
internal static class ViewFeed
{
    /// <summary>The logs that hold more than was read, and how far each was read.</summary>
    public static IReadOnlyList<(string Path, long From)> Find(DuckDBConnection connection, string dataDirectory)
    {
        var read = new Dictionary<string, long>(StringComparer.Ordinal);
        using DuckDBCommand command = connection.CreateCommand();
        command.CommandText = "SELECT name, max(bytes) FROM view_files GROUP BY ALL";
        using DuckDBDataReader rows = command.ExecuteReader();
        while (rows.Read())
        {
            read[rows.GetString(0)] = rows.GetInt64(1);
        }

        return [.. ViewLogReader.List(dataDirectory)
            .Select(path => (path, read.GetValueOrDefault(Path.GetFileName(path))))
            .Where(file => new FileInfo(file.path).Length >= file.Item2 + ViewLogReader.RecordBytes)];
    }

    /// <summary>Adds their rows, and how far they were read. Runs inside a transaction.</summary>
    public static void Read(DuckDBConnection connection, IReadOnlyList<(string Path, long From)> files)
    {
        using DuckDBAppender views = connection.CreateAppender("views");
        using DuckDBAppender lost = connection.CreateAppender("lost_views");
        using DuckDBAppender read = connection.CreateAppender("view_files");
        foreach ((string path, long from) in files)
        {
            using var log = new ViewLogReader(path, from);
            while (log.TryRead(out View view, out long gone))
            {
                if (gone > 0)
                {
                    lost.CreateRow().AppendValue(view.At).AppendValue(gone).EndRow();
                }
                else
                {
                    views.CreateRow().AppendValue(view.At).AppendValue(view.Item).AppendValue(view.Viewer)
                        .AppendValue((byte)view.Source).AppendValue(view.Sharer).EndRow();
                }
            }

            read.CreateRow().AppendValue(Path.GetFileName(path)).AppendValue(log.Position).EndRow();
        }
    }
}
