using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Matching.Benchmarks.Servers;

/// <summary>As much of Redis' protocol as the peer needs: commands written one behind the other, integer replies read in order.</summary>
internal sealed class RespClient : IDisposable
{
    private readonly TcpClient _tcp;
    private readonly BufferedStream _stream;

    public RespClient(int port)
    {
        _tcp = new TcpClient("127.0.0.1", port) { NoDelay = true };
        _stream = new BufferedStream(_tcp.GetStream(), 1 << 16);
    }

    /// <summary>Queues one command; <see cref="Flush"/> sends what is queued.</summary>
    public void Write(params ReadOnlySpan<string> words)
    {
        Put($"*{words.Length}\r\n");
        foreach (string word in words)
        {
            Put($"${Encoding.UTF8.GetByteCount(word)}\r\n{word}\r\n");
        }
    }

    public void Flush() => _stream.Flush();

    /// <summary>Reads one reply; bulk text is its text, an integer its digits.</summary>
    public string Read()
    {
        string line = ReadLine();
        switch (line[0])
        {
            case '$':
                int length = int.Parse(line.AsSpan(1), CultureInfo.InvariantCulture);
                byte[] bytes = new byte[length + 2];
                _stream.ReadExactly(bytes);
                return Encoding.UTF8.GetString(bytes, 0, length);
            case ':' or '+':
                return line[1..];
            default:
                throw new InvalidOperationException($"Redis answered {line}");
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _tcp.Dispose();
    }

    private void Put(string text) => _stream.Write(Encoding.UTF8.GetBytes(text));

    private string ReadLine()
    {
        var line = new StringBuilder(16);
        while (_stream.ReadByte() is var read && read != '\r')
        {
            line.Append(read < 0 ? throw new EndOfStreamException("Redis closed the connection") : (char)read);
        }

        _ = _stream.ReadByte();
        return line.ToString();
    }
}
