using Microsoft.Extensions.Options;
using PromptGateway.Forwarding;
using PromptGateway.Hosting;
using PromptGateway.Prompts;

namespace PromptGateway;

/// <summary>All option sections, bound once and checked together: a start that fails names every mistake in one message.</summary>
internal sealed record GatewayOptions(PromptOptions Prompts, ForwardingOptions Forwarding, CrossOriginOptions Cors)
{
    /// <exception cref="OptionsValidationException">Holds every mistake.</exception>
    public static GatewayOptions Bind(IConfiguration configuration)
    {
        var options = new GatewayOptions(
            configuration.GetSection("Prompts").Get<PromptOptions>() ?? new PromptOptions(),
            configuration.GetSection("Forwarding").Get<ForwardingOptions>() ?? new ForwardingOptions(),
            configuration.GetSection("Cors").Get<CrossOriginOptions>() ?? new CrossOriginOptions()
        );
        string[] errors = [.. options.Prompts.Validate(), .. options.Forwarding.Validate(), .. options.Cors.Validate()];
        return errors.Length == 0 ? options : throw new OptionsValidationException("PromptGateway", typeof(GatewayOptions), errors);
    }
}
