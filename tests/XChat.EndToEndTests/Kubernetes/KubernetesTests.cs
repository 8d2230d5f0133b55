using System.Globalization;

using k8s.Models;

using XChat.Testing.Observability;
using XChat.Testing.Processes;

namespace XChat.EndToEndTests.Kubernetes;

/// <summary>The manifests hold together: what refers to something finds it, and no pod has more rights than it needs.</summary>
public sealed class KubernetesTests
{
    private const string AppLabel = "app.kubernetes.io/name";

    /// <summary>Made by the operator, as docs/kubernetes.md says; the test holds the page to it.</summary>
    private static readonly string[] MadeByTheOperator =
        ["xchat-database", "xchat-dashboard", "xchat-realms", "xchat-tls", "xchat-realm-database", "xchat-realm-key", "xchat-realm-tls"];

    public static TheoryData<string> Overlays =>
        [.. Directory.EnumerateDirectories(Path.Combine(ProjectOutput.Root, "deploy", "kubernetes", "overlays")).Select(folder => Path.GetFileName(folder)!)];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_selector_finds_its_pods(string overlay)
    {
        RenderedOverlay rendered = await RenderedOverlay.RenderAsync(overlay, Cancelled);
        IDictionary<string, string>[] pods = [.. rendered.Pods.Select(pod => pod.Template.Metadata.Labels)];

        Assert.NotEmpty(rendered.Deployments);
        Assert.All(rendered.Deployments, deployment => Assert.True(Selects(deployment.Spec.Selector, deployment.Spec.Template.Metadata.Labels)));
        Assert.All(rendered.Objects.OfType<V1PodDisruptionBudget>(), budget => Assert.Single(pods, pod => Selects(budget.Spec.Selector, pod)));
        Assert.All(rendered.Objects.OfType<V1Service>(), service =>
            Assert.Single(pods, pod => service.Spec.Selector.All(label => pod.TryGetValue(label.Key, out string? value) && value == label.Value)));
        Assert.All(rendered.Objects.OfType<V1NetworkPolicy>(), policy => Assert.Contains(pods, pod => Selects(policy.Spec.PodSelector, pod)));
        Assert.All(rendered.Objects.OfType<V2HorizontalPodAutoscaler>(), scaler =>
            Assert.Contains(rendered.Deployments, deployment => deployment.Metadata.Name == scaler.Spec.ScaleTargetRef.Name));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_port_that_is_named_is_open_and_allowed_in(string overlay)
    {
        RenderedOverlay rendered = await RenderedOverlay.RenderAsync(overlay, Cancelled);
        foreach ((string name, V1PodTemplateSpec template) in rendered.Pods)
        {
            string[] ports = [.. template.Spec.Containers.SelectMany(container => container.Ports ?? []).Select(port => port.Name)];
            foreach (V1Probe probe in template.Spec.Containers.SelectMany(ProbesOf))
            {
                Assert.Contains(probe.HttpGet.Port.Value, ports);
            }

            string[] allowed =
            [
                .. rendered.Objects.OfType<V1NetworkPolicy>()
                    .Where(policy => Selects(policy.Spec.PodSelector, template.Metadata.Labels))
                    .SelectMany(policy => policy.Spec.Ingress ?? [])
                    .SelectMany(rule => rule.Ports ?? [])
                    .Select(port => port.Port.Value),
            ];
            // A port that nobody may reach is a mistake, and so is a rule for one that is not there.
            Assert.True(
                ports.Order().SequenceEqual(allowed.Distinct().Order()), $"{name} has {string.Join(", ", ports)}, let in are {string.Join(", ", allowed)}");
        }

        Assert.All(rendered.Objects.OfType<V1Service>(), service => Assert.All(service.Spec.Ports, port => Assert.Contains(
            rendered.Pods.Where(pod => Matches(service, pod.Template)).SelectMany(pod => pod.Template.Spec.Containers).SelectMany(one => one.Ports),
            open => open.Name == port.TargetPort.Value)));
        Assert.All(rendered.Objects.OfType<V1Ingress>().SelectMany(ingress => ingress.Spec.Rules).SelectMany(rule => rule.Http.Paths), path =>
            Assert.Contains(rendered.Objects.OfType<V1Service>(), service =>
                service.Metadata.Name == path.Backend.Service.Name && service.Spec.Ports.Any(port => port.Name == path.Backend.Service.Port.Name)));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_secret_and_configuration_is_there_or_named_in_the_documentation(string overlay)
    {
        RenderedOverlay rendered = await RenderedOverlay.RenderAsync(overlay, Cancelled);
        string documentation = await File.ReadAllTextAsync(Path.Combine(ProjectOutput.Root, "docs", "kubernetes.md"), Cancelled);
        HashSet<string> there = [.. rendered.Objects.OfType<V1ConfigMap>().Select(map => map.Metadata.Name), .. MadeByTheOperator];
        HashSet<string> accounts = [.. rendered.Objects.OfType<V1ServiceAccount>().Select(account => account.Metadata.Name)];

        Assert.All(rendered.Pods.SelectMany(pod => ReferencesOf(pod.Template.Spec)), reference => Assert.Contains(reference, there));
        Assert.All(rendered.Objects.OfType<V1Ingress>().SelectMany(ingress => ingress.Spec.Tls), tls => Assert.Contains(tls.SecretName, there));
        Assert.All(rendered.Pods, pod => Assert.Contains(pod.Template.Spec.ServiceAccountName, accounts));
        Assert.All(MadeByTheOperator, made => Assert.Contains(made, documentation, StringComparison.Ordinal));
        Assert.Empty(rendered.Objects.OfType<V1Secret>());
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_setting_is_one_that_the_code_reads(string overlay)
    {
        RenderedOverlay rendered = await RenderedOverlay.RenderAsync(overlay, Cancelled);
        IEnumerable<string> variables = rendered.Objects.OfType<V1ConfigMap>().SelectMany(map => map.Data.Keys)
            .Concat(rendered.Pods.SelectMany(pod => pod.Template.Spec.Containers).SelectMany(one => one.Env ?? []).Select(variable => variable.Name));

        Assert.All(variables, variable => Assert.True(ProductSettings.AreRead(variable), $"{variable} is read by nothing."));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task No_pod_has_more_rights_than_it_needs(string overlay)
    {
        RenderedOverlay rendered = await RenderedOverlay.RenderAsync(overlay, Cancelled);
        foreach ((string name, V1PodTemplateSpec template) in rendered.Pods)
        {
            V1PodSpec pod = template.Spec;
            Assert.True(pod.SecurityContext.RunAsNonRoot, name);
            Assert.Equal("RuntimeDefault", pod.SecurityContext.SeccompProfile.Type);
            Assert.False(pod.AutomountServiceAccountToken ?? true, name);
            Assert.True(pod.HostNetwork is null && pod.HostPID is null && pod.HostIPC is null, name);
            Assert.DoesNotContain(pod.Volumes ?? [], volume => volume.HostPath is not null);
            Assert.All(pod.Volumes?.Where(volume => volume.EmptyDir is not null) ?? [], volume => Assert.NotNull(volume.EmptyDir.SizeLimit));
            foreach (V1Container container in pod.Containers)
            {
                Assert.False(container.SecurityContext.AllowPrivilegeEscalation ?? true, name);
                Assert.True(container.SecurityContext.ReadOnlyRootFilesystem, name);
                Assert.Equal(["ALL"], container.SecurityContext.Capabilities.Drop);
                Assert.Contains("memory", container.Resources.Limits.Keys);
                Assert.Contains("cpu", container.Resources.Requests.Keys);
                Assert.Matches(@"^[^:]+:\d+\.\d+\.\d+$", container.Image);
            }
        }

        // Whoever is not let in by a policy of its own is kept out by the one that selects everybody.
        Assert.Contains(rendered.Objects.OfType<V1NetworkPolicy>(), policy =>
            policy.Spec.PodSelector is { MatchLabels: null, MatchExpressions: null } && policy.Spec.Ingress is null && policy.Spec.Egress is null
            && policy.Spec.PolicyTypes.Order().SequenceEqual(["Egress", "Ingress"]));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Every_server_is_probed_and_given_the_time_to_drain(string overlay)
    {
        RenderedOverlay rendered = await RenderedOverlay.RenderAsync(overlay, Cancelled);
        foreach (V1Deployment deployment in rendered.Deployments)
        {
            V1Container container = Assert.Single(deployment.Spec.Template.Spec.Containers);
            Assert.Equal("/health/ready", container.ReadinessProbe.HttpGet.Path);
            Assert.Equal("/health/live", container.LivenessProbe.HttpGet.Path);
            Assert.Equal("/health/live", container.StartupProbe.HttpGet.Path);
            // Five seconds for the last to leave, and the host's thirty.
            int needed = Setting(rendered, container, "XChat__Drain__NoticeSeconds", 0) + Setting(rendered, container, "XChat__Drain__SpreadSeconds", 5) + 35;
            Assert.InRange(deployment.Spec.Template.Spec.TerminationGracePeriodSeconds ?? 30, needed, 300);
            Assert.Equal("0", deployment.Spec.Strategy.RollingUpdate.MaxUnavailable.Value);
            Assert.Contains(rendered.Objects.OfType<V1PodDisruptionBudget>(), budget =>
                Selects(budget.Spec.Selector, deployment.Spec.Template.Metadata.Labels));
        }
    }

    [Fact]
    public async Task Production_survives_the_loss_of_a_node_and_scales_by_what_the_code_measures()
    {
        RenderedOverlay rendered = await RenderedOverlay.RenderAsync("production", Cancelled);
        string[] names = [.. MetricNames.Emitted()];

        Assert.All(rendered.Deployments, deployment =>
        {
            Assert.InRange(deployment.Spec.Replicas ?? 1, 3, 100);
            Assert.Contains(deployment.Spec.Template.Spec.TopologySpreadConstraints, spread =>
                spread.TopologyKey == "kubernetes.io/hostname" && spread.WhenUnsatisfiable == "DoNotSchedule"
                && Selects(spread.LabelSelector, deployment.Spec.Template.Metadata.Labels));
            Assert.Contains(rendered.Objects.OfType<V2HorizontalPodAutoscaler>(), scaler =>
                scaler.Spec.ScaleTargetRef.Name == deployment.Metadata.Name && scaler.Spec.MinReplicas == deployment.Spec.Replicas);
        });
        Assert.All(
            rendered.Objects.OfType<V2HorizontalPodAutoscaler>().SelectMany(scaler => scaler.Spec.Metrics).Where(metric => metric.Pods is not null),
            metric => Assert.Contains(metric.Pods.Metric.Name, names));
    }

    private static bool Selects(V1LabelSelector selector, IDictionary<string, string> labels) =>
        (selector.MatchLabels ?? new Dictionary<string, string>()).All(label => labels.TryGetValue(label.Key, out string? value) && value == label.Value)
        && (selector.MatchExpressions ?? []).All(expression =>
            expression.OperatorProperty == "In" && labels.TryGetValue(expression.Key, out string? value) && expression.Values.Contains(value));

    private static bool Matches(V1Service service, V1PodTemplateSpec template) =>
        template.Metadata.Labels.TryGetValue(AppLabel, out string? name) && service.Spec.Selector[AppLabel] == name;

    private static IEnumerable<V1Probe> ProbesOf(V1Container container) =>
        new[] { container.StartupProbe, container.LivenessProbe, container.ReadinessProbe }.OfType<V1Probe>();

    private static IEnumerable<string> ReferencesOf(V1PodSpec pod) =>
    [
        .. pod.Containers.SelectMany(container => container.EnvFrom ?? []).Select(from => from.ConfigMapRef?.Name ?? from.SecretRef.Name),
        .. pod.Containers.SelectMany(container => container.Env ?? []).Select(variable => variable.ValueFrom?.SecretKeyRef?.Name).OfType<string>(),
        .. (pod.Volumes ?? []).Select(volume => volume.Secret?.SecretName ?? volume.ConfigMap?.Name).OfType<string>(),
    ];

    private static int Setting(RenderedOverlay rendered, V1Container container, string key, int otherwise)
    {
        string[] maps = [.. (container.EnvFrom ?? []).Select(from => from.ConfigMapRef?.Name).OfType<string>()];
        string? value = rendered.Objects.OfType<V1ConfigMap>().Where(map => maps.Contains(map.Metadata.Name))
            .Select(map => map.Data.TryGetValue(key, out string? set) ? set : null).LastOrDefault(set => set is not null);
        return value is null ? otherwise : int.Parse(value, CultureInfo.InvariantCulture);
    }
}
