using System.Collections.ObjectModel;

namespace Matching.Core;

/// <summary>
/// A list that prints its elements: a record prints its members by their own words, and a plain list's are the name of its type.
/// </summary>
internal sealed class PrintedList<T>(IEnumerable<T> of) : ReadOnlyCollection<T>([.. of])
{
    public override string ToString() => $"[{string.Join(", ", this)}]";
}
