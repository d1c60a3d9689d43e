package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
)

const podsPerApplication = 5

var (
	words = strings.Fields("account audit basket billing cart catalogue checkout content customer delivery device " +
		"discount document event export feed fraud gateway identity image import inventory invoice ledger location " +
		"login mail media message metrics notice offer order partner payment price product profile promotion queue " +
		"quota rating refund report review route search session settings shipping stock storage stream support tax " +
		"tenant ticket token tracking translation upload user video voucher wallet webhook")
	roles     = strings.Fields("api worker web cron consumer proxy cache sync admin gateway")
	teams     = strings.Fields("atlas borealis cygnus draco eridanus fornax gemini hydra")
	variables = strings.Fields("DATABASE_URL CACHE_ADDRESS QUEUE_TOPIC LOG_LEVEL FEATURE_FLAGS REGION TRACE_ENDPOINT " +
		"HTTP_TIMEOUT POOL_SIZE RETRY_LIMIT BUCKET ISSUER AUDIENCE PUBLIC_URL METRICS_PORT SHARD")
	// What Kubernetes draws generated names from: no vowels, so that no words come about.
	nameLetters = "bcdfghjklmnpqrstvwxz2456789"
	// Fixed, so that the same seed gives the same bytes.
	epoch = time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
)

type application struct {
	name, role, team, namespace, replicaSet, version string
	owner                                            types.UID
	sidecar                                          bool
	environment                                      []corev1.EnvVar
	template                                         string // hash of the pod template
	digest                                           string
}

// generator makes the pods of one seed. An application's pods share everything a template gives.
type generator struct {
	random     *rand.Rand
	namespaces int
	current    application
}

func newGenerator(seed uint64, namespaces int) *generator {
	return &generator{random: rand.New(rand.NewPCG(seed, 0x6d617374)), namespaces: max(1, namespaces)}
}

func (g *generator) namespaceName(number int) string {
	return fmt.Sprintf("%s-%s-%d", teams[number%len(teams)], words[number%len(words)], number)
}

func (g *generator) namespace(number int) *corev1.Namespace {
	name := g.namespaceName(number)
	return &corev1.Namespace{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Namespace"},
		ObjectMeta: metav1.ObjectMeta{
			Name: name, UID: g.uid(), CreationTimestamp: metav1.NewTime(epoch),
			Labels: map[string]string{"kubernetes.io/metadata.name": name, "team": teams[number%len(teams)]},
		},
		Spec:   corev1.NamespaceSpec{Finalizers: []corev1.FinalizerName{corev1.FinalizerKubernetes}},
		Status: corev1.NamespaceStatus{Phase: corev1.NamespaceActive},
	}
}

func (g *generator) application(number int) application {
	made := application{
		role: roles[g.random.IntN(len(roles))], team: teams[g.random.IntN(len(teams))],
		namespace: g.namespaceName(g.random.IntN(g.namespaces)),
		version:   fmt.Sprintf("%d.%d.%d", g.random.IntN(9), g.random.IntN(40), g.random.IntN(20)),
		owner:     g.uid(), sidecar: g.random.IntN(3) == 0, digest: g.hex(64),
		template: g.letters(nameLetters, 9),
	}
	made.name = fmt.Sprintf("%s-%s-%d", words[g.random.IntN(len(words))], made.role, number)
	made.replicaSet = made.name + "-" + made.template
	for _, index := range g.random.Perm(len(variables))[:6+g.random.IntN(5)] {
		variable := corev1.EnvVar{Name: variables[index]}
		switch g.random.IntN(4) {
		case 0:
			variable.ValueFrom = &corev1.EnvVarSource{SecretKeyRef: &corev1.SecretKeySelector{
				LocalObjectReference: corev1.LocalObjectReference{Name: made.name}, Key: strings.ToLower(variable.Name)}}
		case 1:
			variable.Value = fmt.Sprint(g.random.IntN(60000))
		default:
			variable.Value = fmt.Sprintf("https://%s.%s.svc.cluster.local:%d/v%d",
				words[g.random.IntN(len(words))], made.namespace, 1024+g.random.IntN(60000), 1+g.random.IntN(4))
		}
		made.environment = append(made.environment, variable)
	}
	return made
}

func (g *generator) pod(number int) *corev1.Pod {
	if number%podsPerApplication == 0 {
		g.current = g.application(number / podsPerApplication)
	}
	a := g.current
	created := metav1.NewTime(epoch.Add(time.Duration(g.random.IntN(90*24*3600)) * time.Second))
	yes, user, grace := true, int64(10001), int64(30)
	defaultMode, tokenSeconds := int32(420), int64(3607)
	tokenVolume := "kube-api-access-" + g.letters(nameLetters, 5)
	pod := &corev1.Pod{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Pod"},
		ObjectMeta: metav1.ObjectMeta{
			Name: a.replicaSet + "-" + g.letters(nameLetters, 5), GenerateName: a.replicaSet + "-",
			Namespace: a.namespace, UID: g.uid(), CreationTimestamp: created, Generation: 1,
			Labels: map[string]string{
				"app.kubernetes.io/name": a.name, "app.kubernetes.io/component": a.role,
				"app.kubernetes.io/version": a.version, "app.kubernetes.io/managed-by": "Helm",
				"pod-template-hash": a.template, "team": a.team,
			},
			Annotations: map[string]string{
				"checksum/config": a.digest, "prometheus.io/scrape": "true", "prometheus.io/port": "9090",
				"kubectl.kubernetes.io/restartedAt": created.UTC().Format(time.RFC3339),
			},
			OwnerReferences: []metav1.OwnerReference{{APIVersion: "apps/v1", Kind: "ReplicaSet", Name: a.replicaSet,
				UID: a.owner, Controller: &yes, BlockOwnerDeletion: &yes}},
		},
		Spec: corev1.PodSpec{
			NodeName: fmt.Sprintf("node-%03d", g.random.IntN(300)), ServiceAccountName: a.name,
			DeprecatedServiceAccount: a.name, RestartPolicy: corev1.RestartPolicyAlways, DNSPolicy: corev1.DNSClusterFirst,
			SchedulerName: "default-scheduler", TerminationGracePeriodSeconds: &grace, EnableServiceLinks: &yes,
			PreemptionPolicy: pointer(corev1.PreemptLowerPriority), Priority: pointer(int32(0)),
			SecurityContext:  &corev1.PodSecurityContext{RunAsNonRoot: &yes, RunAsUser: &user, FSGroup: &user},
			ImagePullSecrets: []corev1.LocalObjectReference{{Name: "registry-login"}},
			Tolerations: []corev1.Toleration{
				{Key: "node.kubernetes.io/not-ready", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: pointer(int64(300))},
				{Key: "node.kubernetes.io/unreachable", Operator: corev1.TolerationOpExists, Effect: corev1.TaintEffectNoExecute, TolerationSeconds: pointer(int64(300))},
			},
			Volumes: []corev1.Volume{
				{Name: "config", VolumeSource: corev1.VolumeSource{ConfigMap: &corev1.ConfigMapVolumeSource{
					LocalObjectReference: corev1.LocalObjectReference{Name: a.name}, DefaultMode: &defaultMode}}},
				{Name: tokenVolume, VolumeSource: corev1.VolumeSource{Projected: &corev1.ProjectedVolumeSource{
					DefaultMode: &defaultMode, Sources: []corev1.VolumeProjection{
						{ServiceAccountToken: &corev1.ServiceAccountTokenProjection{ExpirationSeconds: &tokenSeconds, Path: "token"}},
						{ConfigMap: &corev1.ConfigMapProjection{LocalObjectReference: corev1.LocalObjectReference{Name: "kube-root-ca.crt"},
							Items: []corev1.KeyToPath{{Key: "ca.crt", Path: "ca.crt"}}}},
					}}}},
			},
		},
	}
	pod.Spec.Containers = append(pod.Spec.Containers, g.container(a, a.role, a.environment, tokenVolume))
	if a.sidecar {
		pod.Spec.Containers = append(pod.Spec.Containers, g.container(a, "proxy", a.environment[:3], tokenVolume))
	}
	g.setStatus(pod, a, created)
	pod.ManagedFields = managedFields(pod, created)
	return pod
}

func (g *generator) container(a application, name string, environment []corev1.EnvVar, tokenVolume string) corev1.Container {
	probe := func(path string) *corev1.Probe {
		return &corev1.Probe{
			ProbeHandler:  corev1.ProbeHandler{HTTPGet: &corev1.HTTPGetAction{Path: path, Port: intstr.FromString("http"), Scheme: corev1.URISchemeHTTP}},
			PeriodSeconds: 10, TimeoutSeconds: 1, SuccessThreshold: 1, FailureThreshold: 3, InitialDelaySeconds: 5,
		}
	}
	no, yes := false, true
	return corev1.Container{
		Name: name, Image: fmt.Sprintf("registry.example/%s/%s:%s", a.team, a.name, a.version),
		ImagePullPolicy: corev1.PullIfNotPresent, TerminationMessagePath: "/dev/termination-log",
		TerminationMessagePolicy: corev1.TerminationMessageReadFile,
		Args:                     []string{"serve", "--config=/etc/" + a.name + "/config.yaml", "--shutdown-timeout=25s"},
		Ports: []corev1.ContainerPort{{Name: "http", ContainerPort: 8080, Protocol: corev1.ProtocolTCP},
			{Name: "metrics", ContainerPort: 9090, Protocol: corev1.ProtocolTCP}},
		Env: environment,
		Resources: corev1.ResourceRequirements{
			Requests: corev1.ResourceList{corev1.ResourceCPU: resource.MustParse("100m"), corev1.ResourceMemory: resource.MustParse("192Mi")},
			Limits:   corev1.ResourceList{corev1.ResourceMemory: resource.MustParse("512Mi")},
		},
		LivenessProbe: probe("/healthz"), ReadinessProbe: probe("/readyz"),
		SecurityContext: &corev1.SecurityContext{AllowPrivilegeEscalation: &no, ReadOnlyRootFilesystem: &yes,
			Capabilities: &corev1.Capabilities{Drop: []corev1.Capability{"ALL"}}},
		VolumeMounts: []corev1.VolumeMount{{Name: "config", MountPath: "/etc/" + a.name, ReadOnly: true},
			{Name: tokenVolume, MountPath: "/var/run/secrets/kubernetes.io/serviceaccount", ReadOnly: true}},
	}
}

func (g *generator) uid() types.UID {
	return types.UID(g.hex(8) + "-" + g.hex(4) + "-4" + g.hex(3) + "-a" + g.hex(3) + "-" + g.hex(12))
}

func (g *generator) hex(count int) string { return g.letters("0123456789abcdef", count) }

func (g *generator) letters(from string, count int) string {
	made := make([]byte, count)
	for i := range made {
		made[i] = from[g.random.IntN(len(from))]
	}
	return string(made)
}

func pointer[T any](value T) *T { return &value }
