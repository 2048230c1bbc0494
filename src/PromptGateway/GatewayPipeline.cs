using PromptGateway.Budgets;
using PromptGateway.Endpoints;
using PromptGateway.Experiments.Feedback;
using PromptGateway.Forwarding;
using PromptGateway.Forwarding.Heartbeats;
using PromptGateway.Keys;
using PromptGateway.Objects;
using PromptGateway.Prompts;
using PromptGateway.Prompts.Answer;
using PromptGateway.Prompts.Preview;
using PromptGateway.RateLimits;
using PromptGateway.Routing;
using PromptGateway.Usage;

namespace PromptGateway;

/// <summary>The product as one ordered list. Nothing else decides the order.</summary>
internal static class GatewayPipeline
{
    public static void MapGateway(this IEndpointRouteBuilder endpoints) =>
        endpoints.MapReverseProxy(proxy =>
        {
            //                                                leaves behind                    refuses with
            proxy.UseMiddleware<ResolveEndpointStage>(); //   GatewayEndpoint, request id
            proxy.UseMiddleware<MeasureStage>(); //           UsageTally
            proxy.UseMiddleware<AuthenticateStage>(); //      Caller                           401 503
            proxy.UseMiddleware<ListModelsStage>(); //        answers /v1/models itself        404
            proxy.UseMiddleware<PreviewPromptStage>(); //     answers /v1/prompts/* itself     400 405 413 415 429
            proxy.UseMiddleware<PromptAnswerStage>(); //      answers /chat by a request of its own  400 405 413
            proxy.UseMiddleware<FeedbackStage>(); //          answers /v1/feedback itself      400 404 405 413 429
            proxy.UseMiddleware<EarlyLimitStage>(); //        a place in the key's limits      429
            proxy.UseMiddleware<ObjectStage>(); //            ObjectAnswer, if about one       400 404 503
            proxy.UseMiddleware<ReadPromptStage>(); //        Prompt, RequestedModel           400 413 415
            proxy.UseMiddleware<ObjectReferenceStage>(); //   (nothing)                        404
            proxy.UseMiddleware<ChooseTargetsStage>(); //     TargetList                       403 404
            proxy.UseMiddleware<OptimizePromptStage>(); //    Optimization, edits of the Prompt  400 403
            proxy.UseMiddleware<RateLimitStage>(); //         RateLimitLease, if limited       429
            proxy.UseMiddleware<BudgetStage>(); //            Reservation, if budgeted         429 503
            proxy.UseMiddleware<RealtimeStage>(); //          RealtimeTap on WebSockets        400
            proxy.UseMiddleware<HeartbeatStage>(); //         (a stream on request)            400
            proxy.UseMiddleware<FailoverStage>(); //          Attempt; all below once each     502 503 504
            proxy.UseLoadBalancing(); //                      YARP: one destination
            proxy.UseMiddleware<TranslateStage>(); //         the body for that destination
            proxy.UsePassiveHealthChecks(); //                YARP: marks it on the way back
        }); //                                                YARP: forwarder; UpstreamAnswer taps what comes back
}
