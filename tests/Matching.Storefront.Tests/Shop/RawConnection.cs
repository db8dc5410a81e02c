using System.Net.Sockets;
using System.Text;

namespace Matching.Storefront.Tests.Shop;

/// <summary>A connection to a shop, byte by byte: for requests no client would send.</summary>
public sealed class RawConnection : IDisposable
{
    private readonly TcpClient _client = new();

    private RawConnection()
    {
    }

    /// <param name="shop">The shop.</param>
    /// <param name="receiveBytes">How much the system receives that is not read yet; 0 for its own measure.</param>
    public static async Task<RawConnection> OpenAsync(RunningShop shop, int receiveBytes = 0)
    {
        ArgumentNullException.ThrowIfNull(shop);
        var connection = new RawConnection();
        if (receiveBytes != 0)
        {
            connection._client.ReceiveBufferSize = receiveBytes;
        }

        await connection._client.ConnectAsync(shop.Address.Host, shop.Address.Port);
        return connection;
    }

    public async Task SendAsync(string text) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(text));

    /// <summary>All that comes until the shop closes the connection; empty when it closes without a word.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var reader = new StreamReader(_client.GetStream(), Encoding.UTF8, leaveOpen: true);
        try
        {
            return await reader.ReadToEndAsync();
        }
        catch (IOException e) when (e.InnerException is SocketException { SocketErrorCode: SocketError.ConnectionReset })
        {
            return "";
        }
    }

    /// <summary>The first line of what comes next.</summary>
    public async Task<string> ReadLineAsync()
    {
        var line = new StringBuilder();
        byte[] one = new byte[1];
        while (await _client.GetStream().ReadAsync(one) == 1 && one[0] != '\n')
        {
            line.Append((char)one[0]);
        }

        return line.ToString().TrimEnd('\r');
    }

    public void Dispose() => _client.Dispose();
}
