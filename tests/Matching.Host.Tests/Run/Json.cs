using System.Text.Json;

namespace Matching.Host.Tests.Run;

/// <summary>Fields of a reply; one that is not there is 0, false or empty.</summary>
internal static class Json
{
    public static long Long(this JsonElement reply, string name) =>
        reply.TryGetProperty(name, out JsonElement value) ? value.GetInt64() : 0;

    public static bool Flag(this JsonElement reply, string name) => reply.TryGetProperty(name, out JsonElement value) && value.GetBoolean();

    public static string Text(this JsonElement reply, string name) =>
        reply.TryGetProperty(name, out JsonElement value) ? value.GetString()! : "";

    public static string Outcome(this JsonElement reply) => reply.GetProperty("outcome").GetString()!;
}
