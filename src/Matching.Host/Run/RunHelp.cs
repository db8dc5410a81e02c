namespace Matching.Host.Run;

/// <summary>What <c>matching run --help</c> teaches: enough of the protocol to begin with.</summary>
internal static class RunHelp
{
    public const string Summary = "Serve the engine over standard input and output: one JSON object a line in, one a line out.";

    public const string Text =
        """
        The first line out is {"ready":true,...}, after recovery. Each line in is a request:

          {"id":1,"op":"openTeam","item":3,"buyer":11,"order":101}
          {"id":2,"op":"quickJoin","item":3,"buyer":12,"order":102,"amount":1990}
          {"id":3,"op":"ship","item":3,"order":101}

        and is answered once what came of it is durable:

          {"id":1,"ok":true,"outcome":"Opened","item":3,"order":101,"team":1898,"seatsLeft":1,"deadline":86400000,"now":0}
          {"id":2,"ok":true,"outcome":"Formed","item":3,"order":102,"team":1898,"seatsLeft":0,"deadline":86400000,"now":0}
          {"id":3,"ok":true,"outcome":"Shipped","item":3,"order":101,"team":1898,"now":0}

        A refusal names its rule, says why and may suggest another team:

          {"id":4,"ok":false,"outcome":"Full","rule":"R30","reason":"every seat of the team is paid or held","team":1898,"suggest":2922}

        Commands: openTeam, quickJoin, joinTeam, hold, pay, release, soloBuy, requestRefund, approveRefund, rejectRefund,
        withdrawRefund, ship, refundDone. Reads: order, team, openTeams, ordersOf, refundsOwed, counts. Clock: advance.
        For reports: view (item, viewer; source, sharer, at), answered Noted: not durable; "lost":true where it was not taken in (R22).

        Campaigns (R10-R21, R42, R45), each with "request", the caller's own id of it, by which a repeat is known: setMerchant (kind c2c|brand,
        tools [feed,liveRoom,chatGroup]), setItem (item, merchant, category; a hand-over names the merchant it comes from in "from"), publishCampaign, changeCampaign, endCampaign, deleteCampaign, setPromotion, removePromotion,
        setBigDay, removeBigDay, publishToChat, registerActivity, withdrawFromChat, setVenue, removeVenue, applyToVenue,
        withdrawFromVenue. Reads: campaign, campaignsOf, effectiveness, quote, lowestPrice, chat, venue, sources, ordersToShip, refundRequests.
        Openings, joins, holds and solo purchases may carry newBuyer (true|false), tier, quantity, source, sharer and due: the amount due, with
        which the payment is compared (R46). src/ARCHITECTURE.md has their fields and a walk-through.

          {"op":"setMerchant","request":1,"merchant":7,"kind":"c2c","tools":["feed"]}
          {"op":"publishCampaign","request":2,"merchant":7,"item":3,"category":"shoes","end":1790000000000,"groupPrice":1990,"soloPrice":2990}

        Ids are integers from 1 to 9223372036854775807, each a number or a string of its digits; replies have a string above 9007199254740991.
        Money is in fen, times are milliseconds since 1970-01-01 UTC. "id" may be any JSON value and comes back unchanged; replies may come in any order. Requests about one item take effect in the
        order read. The same request sent again gets the same answer, marked "repeated":true. Numbers must be plain integers (1.0
        and 1e3 are refused). Fields an operation does not know are ignored. "source" (R23) is detailPage, chatGroup, liveRoom, shortVideo,
        shareLink or venue; any other word counts as other. A line that is no request, an empty one and one over
        64 KiB are answered with BadRequest; the stream goes on.

        With --clock manual time stands still until {"op":"advance","to":MS}: lines before it act before it, lines after it after it.

        At the end of input, on SIGTERM and on Ctrl-C, what was read is finished, the directory is closed and the program ends with
        code 0. It ends with 1 when it will not start (the reason is on standard error) and with 3 when writing failed.
        """;
}
