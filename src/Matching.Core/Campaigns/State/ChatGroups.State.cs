namespace Matching.Core.Campaigns;

/// <content>Saving and loading.</content>
internal sealed partial class ChatGroups
{
    public void Save(StateWriter to)
    {
        to.Put(_byChat.Count);
        foreach ((long chat, List<Activity> live) in _byChat)
        {
            to.Put(chat, live.Count);
            foreach (Activity activity in live)
            {
                to.Put((long)activity.Kind, activity.Id, activity.EndMs);
            }
        }
    }

    public void Load(ref StateReader from)
    {
        for (int chats = from.TakeInt(); chats > 0; chats--)
        {
            long chat = from.Take();
            for (int live = from.TakeInt(); live > 0; live--)
            {
                List(chat, new Activity((ActivityKind)from.Take(), from.Take(), from.Take()));
            }
        }
    }
}
