"""More of what tests/sim/record_flux_shapes puts beside the fleet: notification, images, generated artifacts."""

from flux_states import kustomization, made


def notifications():
    def receiver(name, **spec):
        return made("notification.toolkit.fluxcd.io/v1", "Receiver", name,
                    {"type": "github", "interval": "20s", "resources": [{"kind": "GitRepository", "name": "fleet"}],
                     "secretRef": {"name": "webhook"}, **spec})

    def notifying(kind, name, **spec):
        return made("notification.toolkit.fluxcd.io/v1beta3", kind, name, spec)

    return [
        made("v1", "Secret", "webhook", stringData={"token": "nobody-knows"}),
        receiver("push"), receiver("going"), receiver("secret", secretRef={"name": "none"}),
        receiver("token", secretRef={"name": "bucket"}), receiver("suspended", suspend=True),
        receiver("filter", type="generic", resourceFilter="res.nothing +"),
        notifying("Provider", "chat", type="generic", address="http://127.0.0.1:1/hook"),
        notifying("Provider", "address", type="slack", secretRef={"name": "none"}),
        notifying("Alert", "all", providerRef={"name": "chat"}, eventSources=[{"kind": "Kustomization", "name": "*"}]),
        notifying("Alert", "none", providerRef={"name": "none"}, eventSources=[{"kind": "HelmRelease", "name": "none"}]),
    ]


def image(kind, name, **spec):
    return made("image.toolkit.fluxcd.io/v1", kind, name, spec)


def repositories(oci_host):
    def repository(name, where=f"{oci_host}/charts/webapp", **spec):
        return image("ImageRepository", name,
                     **{"image": where, "interval": "20s", "timeout": "5s", "insecure": True, **spec})

    return [
        repository("webapp"), repository("moving"), repository("missing", f"{oci_host}/charts/none"),
        repository("refused", "127.0.0.1:1/none"), repository("no-host", "registry.invalid/none"),
        repository("no-route", "192.0.2.7/none"), repository("bad-url", "https://registry.example/none"),
        repository("tagged", f"{oci_host}/charts/webapp:1.0.0"), repository("secret", secretRef={"name": "none"}),
        repository("account", serviceAccountName="none"), repository("excluded", exclusionList=["["]),
        repository("suspended", suspend=True),
    ]


def policies():
    def policy(name, repository="webapp", **spec):
        return image("ImagePolicy", name, **{"imageRepositoryRef": {"name": repository},
                                             "policy": {"semver": {"range": "1.x"}}, **spec})

    return [
        policy("webapp"), policy("moving", "moving"), policy("none", policy={"semver": {"range": "9.x"}}),
        policy("invalid", policy={"semver": {"range": "x.y"}}), policy("sourceless", "none"), policy("unready", "refused"),
        policy("filter", filterTags={"pattern": "^none"}), policy("bad-filter", filterTags={"pattern": "["}),
        policy("alphabetical", policy={"alphabetical": {"order": "asc"}}), policy("suspended", suspend=True),
        policy("numerical", policy={"numerical": {"order": "asc"}}),
        policy("digest", digestReflectionPolicy="Always", interval="1m"),
    ]


def automations():
    def automation(name, path="images", source="fleet", git=None, **spec):
        author = {"name": "flux", "email": "flux@masthead.example"}
        whole = {"checkout": {"ref": {"branch": "main"}}, "commit": {"author": author},
                 "push": {"branch": f"images-{name}"}, **(git or {})}
        return image("ImageUpdateAutomation", name, **{
            "interval": "20s", "sourceRef": {"kind": "GitRepository", "name": source}, "git": whole,
            "update": {"strategy": "Setters", "path": f"./states/{path}"}, **spec})

    author = {"email": "flux@masthead.example"}
    without_git = automation("no-git")
    del without_git["spec"]["git"]
    return [
        automation("push"), automation("nothing", path="plain"), automation("path", path="none"),
        automation("sourceless", source="none"), automation("unready", source="refused"), without_git,
        automation("template", git={"commit": {"author": author, "messageTemplate": "{{ .Nothing }"}}),
        automation("branch", git={"checkout": {"ref": {"branch": "none"}}}), automation("suspended", suspend=True),
        automation("selector", policySelector={"matchLabels": {"no": "such"}}),
    ]


def generators():
    def generator(name, source="fleet", path="plain/**", kind="GitRepository", alias="fleet"):
        return made("source.extensions.fluxcd.io/v1beta1", "ArtifactGenerator", name, {
            "sources": [{"alias": "fleet", "kind": kind, "name": source}],
            "artifacts": [{"name": f"made-{name}", "copy": [{"from": f"@{alias}/states/{path}", "to": "@artifact/"}]}]})

    def from_made(name):
        whole = kustomization(name, source_kind="ExternalArtifact", source_name=name)
        whole["spec"]["path"] = "./"
        return whole

    return [
        generator("good"), generator("changed"), generator("sourceless", source="none"),
        generator("unready", source="refused"), generator("path", path="none/**"), generator("alias", alias="other"),
        generator("chart", source="good", kind="HelmChart"), from_made("made-good"), from_made("made-none"),
    ]


def objects(oci_host):
    return [*notifications(), *repositories(oci_host), *policies(), *automations(), *generators()]


FILES = {
    "images/images.yaml": 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: images}\ndata:\n'
                          '  image: registry.example/webapp:1.0.0 # {"$imagepolicy": "states:webapp"}\n',
}
REQUESTED = ("imagerepository/webapp", "imagepolicy/webapp", "imageupdateautomation/push", "artifactgenerator/good",
             "receiver/push")
COMMANDS = [
    ["patch", "imagepolicy/webapp", "--type", "merge", "-p", '{"spec":{"policy":{"semver":{"range":"2.x"}}}}'],
    ["patch", "imagerepository/moving", "--type", "merge", "-p", '{"spec":{"image":"127.0.0.1:1/none"}}'],
    ["patch", "receiver/going", "--type", "merge", "-p", '{"spec":{"secretRef":{"name":"none"}}}'],
    ["patch", "artifactgenerator/changed", "--type", "json", "-p",
     '[{"op": "replace", "path": "/spec/artifacts/0/name", "value": "made-anew"}]'],
    *[["annotate", "--overwrite", what, "reconcile.fluxcd.io/requestedAt=now"] for what in REQUESTED],
]
