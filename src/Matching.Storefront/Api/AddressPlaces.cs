using System.Collections.Concurrent;
using System.Net;

namespace Matching.Storefront.Api;

/// <summary>How much each address has going now; one that has nothing is forgotten. Any thread.</summary>
/// <param name="most">How much one may have, from 1.</param>
internal sealed class AddressPlaces(int most)
{
    private readonly ConcurrentDictionary<IPAddress, int> _taken = [];

    /// <summary>How many addresses have anything going.</summary>
    public int Addresses => _taken.Count;

    /// <summary>Takes a place; false when the address has none left.</summary>
    public bool TryTake(IPAddress address)
    {
        while (true)
        {
            if (!_taken.TryGetValue(address, out int taken))
            {
                if (_taken.TryAdd(address, 1))
                {
                    return true;
                }
            }
            else if (taken >= most)
            {
                return false;
            }
            else if (_taken.TryUpdate(address, taken + 1, taken))
            {
                return true;
            }
        }
    }

    /// <summary>Gives back a place that was taken.</summary>
    public void Return(IPAddress address)
    {
        while (true)
        {
            int taken = _taken[address];
            if (taken == 1 ? _taken.TryRemove(KeyValuePair.Create(address, 1)) : _taken.TryUpdate(address, taken - 1, taken))
            {
                return;
            }
        }
    }
}
