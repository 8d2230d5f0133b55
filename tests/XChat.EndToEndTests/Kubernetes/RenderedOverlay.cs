using k8s;
using k8s.Models;

using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Kubernetes;

/// <summary>The objects of an overlay, rendered by kubectl as an operator would and read strictly: a field that the API does not know fails.</summary>
internal sealed class RenderedOverlay
{
    private RenderedOverlay(string name, IReadOnlyList<object> objects) => (Name, Objects) = (name, objects);

    public string Name { get; }

    public IReadOnlyList<object> Objects { get; }

    public IReadOnlyList<V1Deployment> Deployments => [.. Objects.OfType<V1Deployment>()];

    /// <summary>Everything that makes pods, with the template.</summary>
    public IEnumerable<(string Name, V1PodTemplateSpec Template)> Pods =>
    [
        .. Objects.OfType<V1Deployment>().Select(deployment => (deployment.Metadata.Name, deployment.Spec.Template)),
        .. Objects.OfType<V1Job>().Select(job => (job.Metadata.Name, job.Spec.Template)),
    ];

    public static async Task<RenderedOverlay> RenderAsync(string name, CancellationToken cancellationToken)
    {
        string folder = Path.Combine(ProjectOutput.Root, "deploy", "kubernetes", "overlays", name);
        string rendered = Environment.GetEnvironmentVariable("PATH")!.Split(Path.PathSeparator).Any(path => File.Exists(Path.Combine(path, "kubectl")))
            ? await RunAsync("kubectl", ["kustomize", folder], cancellationToken)
            : throw new InvalidOperationException(
                "kubectl is not on the path, and the manifests are rendered with its kustomize (1.27 or newer): install it, on Debian with apt-get install "
                + "kubectl or kubernetes-client. No cluster is needed.");
        return new RenderedOverlay(name, KubernetesYaml.LoadAllFromString(rendered, strict: true));
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments, CancellationToken cancellationToken)
    {
        await using TestProcess process = TestProcess.Start(program, arguments);
        int exitCode = await process.WaitForExitAsync(cancellationToken);
        Assert.True(exitCode == 0, process.Transcript());
        return string.Join('\n', process.Output);
    }
}
