namespace Matching.Host.Traffic;

/// <summary>A file as a directory remembers it.</summary>
/// <param name="Name">Its name, for people.</param>
/// <param name="Content">The mark of what it asked for.</param>
/// <param name="Requests">How many requests those are.</param>
internal sealed record ReplayedFile(string Name, string Content, long Requests);
