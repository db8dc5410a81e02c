using Matching.Host.Traffic;

namespace Matching.Host.Tests.Traffic;

public sealed class TeamListFileTests : IDisposable
{
    private readonly Reading _reading = new();

    public void Dispose() => _reading.Dispose();

    [Fact]
    public void A_line_is_a_team_with_its_leader_first_and_alone_it_failed()
    {
        var (reader, bad) = _reading.Read(_reading.File("t.txt", "26985\t5267\t46622\n15169\t98\n84530\t0\t142372\t24883\n"));
        Assert.Equal("26985 46622, 15169, 84530 142372 24883", string.Join(", ", Enumerable.Range(0, 3).Select(i => Members(reader, i))));
        Assert.Equal("5267, 98, 0", string.Join(", ", Enumerable.Range(0, 3).Select(i => _reading.Word(reader.Teams.ItemOf(i)))));
        Assert.Equal((3, 6, 3, 0L), (reader.Teams.Count, reader.Teams.Seats, reader.Teams.Largest, bad.Count));
    }

    [Fact]
    public void A_member_who_is_there_twice_a_word_and_a_lone_field_are_bad()
    {
        var (reader, bad) = _reading.Read(new TrafficOptions { Teams = true }, _reading.File("t.txt", "1\t2\t3\n1\t2\t1\n1\t2\tx\n1\n"));
        Assert.Equal((1, 2), (reader.Teams.Count, reader.Teams.Seats));
        Assert.Equal(
            ["t.txt:2: participant '1' is there twice (R31), or there are more than 1000",
             "t.txt:3: participant 'x' is no number",
             "t.txt:4: 1 field; a team is at least initiator and item, parted by a tab"],
            bad.First);
    }

    [Fact]
    public void An_archive_is_read_file_by_file_and_what_is_no_team_list_is_passed_over()
    {
        byte[] archive = Reading.Tar(
            ("g/data_size.txt", "10\t10\n"), ("g/readme.md", "# Teams\n"), ("g/test.txt", "1\t2\t3\n"), ("g/invalid.txt", "4\t2\n"));
        var (reader, _) = _reading.Read(_reading.File("g.tar.gz", Reading.Gzip(archive)));
        Assert.Equal(2, reader.Teams.Count);
        Assert.Equal(2, reader.Notes.Count);
    }

    [Fact]
    public void Requests_and_team_lists_do_not_go_together()
    {
        string teams = _reading.File("t.txt", "1\t2\t3\n");
        string requests = _reading.File("a.csv", "row,t,user,item\n1,10,8,x\n");
        var e = Assert.Throws<InvalidDataException>(() => _reading.Read(teams, requests));
        Assert.Contains("cannot be replayed together", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1\t2\t3\n4\t2\tx\n", "t.txt:2: participant 'x' is no number. So it may be no team list; --teams takes it for one")]
    [InlineData("1\t2\t3\n4\t2\t3\t5\n5\t1\t5\n", "t.txt:3: participant '5' is there twice (R31)")]
    public void Without_teams_every_line_must_fit(string text, string why)
    {
        string lines = string.Concat(Enumerable.Repeat("8\t9\n", 60)) + text;
        var e = Assert.Throws<InvalidDataException>(() => _reading.Read(_reading.File("t.txt", lines)));
        Assert.StartsWith(why.Replace("t.txt:2", "t.txt:62", StringComparison.Ordinal)
            .Replace("t.txt:3", "t.txt:63", StringComparison.Ordinal), e.Message, StringComparison.Ordinal);
        var (reader, bad) = _reading.Read(new TrafficOptions { Teams = true }, _reading.File("t.txt", lines));
        Assert.Equal((60 + text.Split('\n').Length - 2, 1L), (reader.Teams.Count, bad.Count));
    }

    [Theory]
    [InlineData("1001\t55\t1511658000\n1002\t56\t1511658001\n")]
    [InlineData("1001\t55\t1\t4\n1002\t56\t1\t5\n")]
    [InlineData("1001\t55\t1511658000")]
    public void A_table_of_numbers_parted_by_tabs_is_no_team_list_unless_it_is_said(string text)
    {
        Assert.Throws<InvalidDataException>(() => _reading.Read(_reading.File("t.txt", text)));
        Assert.Equal(text.Trim().Split('\n').Length,
            _reading.Read(new TrafficOptions { Teams = true }, _reading.File("t.txt", text)).Reader.Teams.Count);
    }

    [Fact]
    public void What_is_said_of_tables_is_not_passed_over_for_a_team_list()
    {
        string file = _reading.File("t.txt", "1\t2\t3\n4\t2\n");
        Assert.Throws<InvalidDataException>(() => _reading.Read(new TrafficOptions { Time = TimeFormat.Parse("ms") }, file));
        Assert.Throws<InvalidDataException>(
            () => _reading.Read(new TrafficOptions { Behaviors = new HashSet<string>(["buy"], StringComparer.Ordinal) }, file));
    }

    private string Members(Matching.Host.Traffic.TrafficReader reader, int line) =>
        string.Join(' ', reader.Teams.MembersOf(line).ToArray().Select(_reading.Word));
}
