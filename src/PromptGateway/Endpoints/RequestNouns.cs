using System.Runtime.CompilerServices;

namespace PromptGateway.Endpoints;

/// <summary>
/// Reads and leaves the nouns that stages pass on. They are features of the request, reached through the collection's indexer: its
/// generic methods cost a slow kind of virtual call each, three times as much (measured).
/// </summary>
internal static class RequestNouns
{
    /// <summary>A noun that an earlier stage has left for certain.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Noun<T>(this HttpContext context)
        where T : class => Unsafe.As<T>(context.Features[typeof(T)]) ?? throw Missing(typeof(T));

    /// <summary>A noun that may not be there.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T? FindNoun<T>(this HttpContext context)
        where T : class => Unsafe.As<T>(context.Features[typeof(T)]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void SetNoun<T>(this HttpContext context, T? noun)
        where T : class => context.Features[typeof(T)] = noun;

    private static InvalidOperationException Missing(Type noun) =>
        new($"{noun.Name} is not on the request: its stage must come earlier in GatewayPipeline.");
}
