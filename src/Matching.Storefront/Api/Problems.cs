using Matching.Core;
using Matching.Engine;
using Matching.Storefront.Shop;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace Matching.Storefront.Api;

/// <summary>
/// Refusals as problem details: <c>title</c> is the outcome's word, <c>rule</c> the rule it rests on (R39), <c>type</c> its place on the
/// shop's page of rules.
/// </summary>
internal static class Problems
{
    public static ProblemHttpResult Of(int status, string title, string detail, byte rule = 0, IDictionary<string, object?>? more = null)
    {
        Dictionary<string, object?> extensions = more is null ? new(StringComparer.Ordinal) : new(more, StringComparer.Ordinal);
        if (rule != 0)
        {
            extensions["rule"] = "R" + rule.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }

        return TypedResults.Problem(
            detail, statusCode: status, title: title, type: rule == 0 ? "about:blank" : $"/rules#r{rule}", extensions: extensions);
    }

    public static ProblemHttpResult Of(Denial denial, long item) => denial switch
    {
        Denial.NotYourItem => Of(StatusCodes.Status403Forbidden, nameof(Denial.NotYourItem), $"item {item} belongs to another merchant"),
        Denial.ClosedCategory => Of(
            StatusCodes.Status409Conflict, nameof(Denial.ClosedCategory),
                $"item {item} is of a category closed to group buying; it is sold alone (R12)", 12),
        _ => Of(StatusCodes.Status404NotFound, nameof(Denial.UnknownItem), $"item {item} is not sold here"),
    };

    public static ProblemHttpResult Of(in Answer answer)
    {
        var more = new Dictionary<string, object?>(StringComparer.Ordinal) { ["item"] = Id(answer.Item), ["order"] = Id(answer.Order) };
        if (answer.Team != 0)
        {
            more["team"] = Id(answer.Team);
        }

        if (answer.Holding != 0)
        {
            more["holding"] = Id(answer.Holding);
        }

        if (answer.Suggest != 0)
        {
            more["suggest"] = Id(answer.Suggest);
        }

        return Of(StatusOf(answer.Outcome), answer.Outcome.ToString(), Words.Reason(answer), answer.Rule, more);
    }

    /// <summary>Whether it has stopped or is asked too much: nothing is known of what was asked, and the same may be asked again.</summary>
    public static ProblemHttpResult Of(MatchingUnavailableException away) => away.Outcome == Outcome.Busy
        ? Of(StatusCodes.Status503ServiceUnavailable, nameof(Outcome.Busy), away.Message)
        : Of(
            StatusCodes.Status503ServiceUnavailable, nameof(Outcome.Unavailable), "the engine has stopped; try again after the restart", 38);

    public static ProblemHttpResult BadRequest(string detail, byte rule = 0) =>
        Of(StatusCodes.Status400BadRequest, "BadRequest", detail, rule);

    /// <summary>An id as <see cref="IdJson"/> writes it: what extends a problem is written by its type alone.</summary>
    public static object Id(long id) => id <= BookOptions.MaxExact ? id : id.ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static int StatusOf(Outcome refusal) => refusal switch
    {
        Outcome.UnknownTeam or Outcome.UnknownOrder => StatusCodes.Status404NotFound,
        Outcome.NotEligible => StatusCodes.Status403Forbidden,
        Outcome.Busy or Outcome.LowDisk or Outcome.Unavailable => StatusCodes.Status503ServiceUnavailable,
        _ => StatusCodes.Status409Conflict,
    };
}

/// <summary>Requests that could not be read and engines that cannot answer: a status and a reason instead of a 500.</summary>
internal sealed class RefusedRequests(IOptions<JsonOptions> json) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        ProblemHttpResult? problem = exception switch
        {
            BadHttpRequestException { StatusCode: StatusCodes.Status413PayloadTooLarge } => Problems.Of(
                StatusCodes.Status413PayloadTooLarge, "TooLarge", "the body is larger than this shop reads"),
            BadHttpRequestException { StatusCode: StatusCodes.Status415UnsupportedMediaType } =>
                Statuses.Problem(StatusCodes.Status415UnsupportedMediaType),
            BadHttpRequestException bad => Problems.Of(bad.StatusCode, "BadRequest", RequestFaults.Of(
                bad, httpContext.Features.Get<IExceptionHandlerFeature>()?.Endpoint, json.Value.SerializerOptions)),
            MatchingUnavailableException away => Problems.Of(away),
            ObjectDisposedException =>
                Problems.Of(StatusCodes.Status503ServiceUnavailable, nameof(Outcome.Unavailable), "the shop is closing", 38),
            _ => null,
        };
        if (problem is null)
        {
            return false;
        }

        await (Statuses.IsForPeople(httpContext.Request)
            ? Statuses.ShowAsync(httpContext, problem.StatusCode)
            : problem.ExecuteAsync(httpContext));
        return true;
    }
}
