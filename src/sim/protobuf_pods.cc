// Messages of pods.
#include "sim/protobuf_fields.h"

namespace masthead::sim::protobuf {
namespace {

constexpr Field kPod[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                          {2, "spec", Wire::kMessage, "PodSpec"},
                          {3, "status", Wire::kIgnored}};
constexpr Field kPodSpec[] = {
    {1, "volumes", Wire::kMessage, "Volume", Wants::kRepeated},
    {20, "initContainers", Wire::kMessage, "Container", Wants::kRepeated},
    {2, "containers", Wire::kMessage, "Container", Wants::kRepeated},
    {3, "restartPolicy", Wire::kText},
    {4, "terminationGracePeriodSeconds", Wire::kNumber, "", Wants::kPointer},
    {5, "activeDeadlineSeconds", Wire::kNumber, "", Wants::kPointer},
    {6, "dnsPolicy", Wire::kText},
    {7, "nodeSelector", Wire::kTextMap},
    {8, "serviceAccountName", Wire::kText},
    {9, "serviceAccount", Wire::kText},
    {21, "automountServiceAccountToken", Wire::kFlag, "", Wants::kPointer},
    {10, "nodeName", Wire::kText},
    {11, "hostNetwork", Wire::kFlag},
    {12, "hostPID", Wire::kFlag},
    {13, "hostIPC", Wire::kFlag},
    {27, "shareProcessNamespace", Wire::kFlag, "", Wants::kPointer},
    {14, "securityContext", Wire::kMessage, "PodSecurityContext", Wants::kPointer},
    {15, "imagePullSecrets", Wire::kMessage, "LocalObjectReference", Wants::kRepeated},
    {16, "hostname", Wire::kText},
    {17, "subdomain", Wire::kText},
    {19, "schedulerName", Wire::kText},
    {22, "tolerations", Wire::kMessage, "Toleration", Wants::kRepeated},
    {24, "priorityClassName", Wire::kText},
    {25, "priority", Wire::kNumber, "", Wants::kPointer},
    {29, "runtimeClassName", Wire::kText, "", Wants::kPointer},
    {30, "enableServiceLinks", Wire::kFlag, "", Wants::kPointer},
    {31, "preemptionPolicy", Wire::kText, "", Wants::kPointer},
    {32, "overhead", Wire::kQuantityMap},
    {35, "setHostnameAsFQDN", Wire::kFlag, "", Wants::kPointer},
    {37, "hostUsers", Wire::kFlag, "", Wants::kPointer},
    {40, "resources", Wire::kMessage, "ResourceRequirements", Wants::kPointer},
    {41, "hostnameOverride", Wire::kText, "", Wants::kPointer}};
constexpr Field kPodTemplateSpec[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                      {2, "spec", Wire::kMessage, "PodSpec"}};
constexpr Field kContainer[] = {
    {1, "name", Wire::kText},
    {2, "image", Wire::kText},
    {3, "command", Wire::kText, "", Wants::kRepeated},
    {4, "args", Wire::kText, "", Wants::kRepeated},
    {5, "workingDir", Wire::kText},
    {6, "ports", Wire::kMessage, "ContainerPort", Wants::kRepeated},
    {19, "envFrom", Wire::kMessage, "EnvFromSource", Wants::kRepeated},
    {7, "env", Wire::kMessage, "EnvVar", Wants::kRepeated},
    {8, "resources", Wire::kMessage, "ResourceRequirements"},
    {24, "restartPolicy", Wire::kText, "", Wants::kPointer},
    {9, "volumeMounts", Wire::kMessage, "VolumeMount", Wants::kRepeated},
    {10, "livenessProbe", Wire::kMessage, "Probe", Wants::kPointer},
    {11, "readinessProbe", Wire::kMessage, "Probe", Wants::kPointer},
    {22, "startupProbe", Wire::kMessage, "Probe", Wants::kPointer},
    {13, "terminationMessagePath", Wire::kText},
    {20, "terminationMessagePolicy", Wire::kText},
    {14, "imagePullPolicy", Wire::kText},
    {15, "securityContext", Wire::kMessage, "SecurityContext", Wants::kPointer},
    {16, "stdin", Wire::kFlag},
    {17, "stdinOnce", Wire::kFlag},
    {18, "tty", Wire::kFlag}};
constexpr Field kContainerPort[] = {{1, "name", Wire::kText},
                                    {2, "hostPort", Wire::kNumber},
                                    {3, "containerPort", Wire::kNumber},
                                    {4, "protocol", Wire::kText},
                                    {5, "hostIP", Wire::kText}};
constexpr Field kEnvVar[] = {{1, "name", Wire::kText},
                             {2, "value", Wire::kText},
                             {3, "valueFrom", Wire::kMessage, "EnvVarSource", Wants::kPointer}};
constexpr Field kEnvVarSource[] = {
    {1, "fieldRef", Wire::kMessage, "ObjectFieldSelector", Wants::kPointer},
    {3, "configMapKeyRef", Wire::kMessage, "ConfigMapKeySelector", Wants::kPointer},
    {4, "secretKeyRef", Wire::kMessage, "SecretKeySelector", Wants::kPointer}};
constexpr Field kObjectFieldSelector[] = {{1, "apiVersion", Wire::kText},
                                          {2, "fieldPath", Wire::kText}};
constexpr Field kConfigMapKeySelector[] = {{1, "", Wire::kMessage, "LocalObjectReference"},
                                           {2, "key", Wire::kText},
                                           {3, "optional", Wire::kFlag, "", Wants::kPointer}};
constexpr Field kSecretKeySelector[] = {{1, "", Wire::kMessage, "LocalObjectReference"},
                                        {2, "key", Wire::kText},
                                        {3, "optional", Wire::kFlag, "", Wants::kPointer}};
constexpr Field kEnvFromSource[] = {
    {1, "prefix", Wire::kText},
    {2, "configMapRef", Wire::kMessage, "ConfigMapEnvSource", Wants::kPointer},
    {3, "secretRef", Wire::kMessage, "SecretEnvSource", Wants::kPointer}};
constexpr Field kConfigMapEnvSource[] = {{1, "", Wire::kMessage, "LocalObjectReference"},
                                         {2, "optional", Wire::kFlag, "", Wants::kPointer}};
constexpr Field kSecretEnvSource[] = {{1, "", Wire::kMessage, "LocalObjectReference"},
                                      {2, "optional", Wire::kFlag, "", Wants::kPointer}};
constexpr Field kResourceRequirements[] = {{1, "limits", Wire::kQuantityMap},
                                           {2, "requests", Wire::kQuantityMap}};
constexpr Field kVolumeMount[] = {{1, "name", Wire::kText},
                                  {2, "readOnly", Wire::kFlag},
                                  {7, "recursiveReadOnly", Wire::kText, "", Wants::kPointer},
                                  {3, "mountPath", Wire::kText},
                                  {4, "subPath", Wire::kText},
                                  {5, "mountPropagation", Wire::kText, "", Wants::kPointer},
                                  {6, "subPathExpr", Wire::kText}};
constexpr Field kVolume[] = {{1, "name", Wire::kText}, {2, "", Wire::kMessage, "VolumeSource"}};
constexpr Field kVolumeSource[] = {
    {1, "hostPath", Wire::kMessage, "HostPathVolumeSource", Wants::kPointer},
    {2, "emptyDir", Wire::kMessage, "EmptyDirVolumeSource", Wants::kPointer},
    {6, "secret", Wire::kMessage, "SecretVolumeSource", Wants::kPointer},
    {10, "persistentVolumeClaim", Wire::kMessage, "PersistentVolumeClaimVolumeSource",
     Wants::kPointer},
    {19, "configMap", Wire::kMessage, "ConfigMapVolumeSource", Wants::kPointer}};
constexpr Field kEmptyDirVolumeSource[] = {{1, "medium", Wire::kText},
                                           {2, "sizeLimit", Wire::kQuantity, "", Wants::kPointer}};
constexpr Field kConfigMapVolumeSource[] = {
    {1, "", Wire::kMessage, "LocalObjectReference"},
    {2, "items", Wire::kMessage, "KeyToPath", Wants::kRepeated},
    {3, "defaultMode", Wire::kNumber, "", Wants::kPointer},
    {4, "optional", Wire::kFlag, "", Wants::kPointer}};
constexpr Field kSecretVolumeSource[] = {
    {1, "secretName", Wire::kText},
    {2, "items", Wire::kMessage, "KeyToPath", Wants::kRepeated},
    {3, "defaultMode", Wire::kNumber, "", Wants::kPointer},
    {4, "optional", Wire::kFlag, "", Wants::kPointer}};
constexpr Field kKeyToPath[] = {{1, "key", Wire::kText},
                                {2, "path", Wire::kText},
                                {3, "mode", Wire::kNumber, "", Wants::kPointer}};
constexpr Field kHostPathVolumeSource[] = {{1, "path", Wire::kText},
                                           {2, "type", Wire::kText, "", Wants::kPointer}};
constexpr Field kPersistentVolumeClaimVolumeSource[] = {{1, "claimName", Wire::kText},
                                                        {2, "readOnly", Wire::kFlag}};
constexpr Field kProbe[] = {
    {1, "", Wire::kMessage, "ProbeHandler"},
    {2, "initialDelaySeconds", Wire::kNumber},
    {3, "timeoutSeconds", Wire::kNumber},
    {4, "periodSeconds", Wire::kNumber},
    {5, "successThreshold", Wire::kNumber},
    {6, "failureThreshold", Wire::kNumber},
    {7, "terminationGracePeriodSeconds", Wire::kNumber, "", Wants::kPointer}};
constexpr Field kProbeHandler[] = {
    {1, "exec", Wire::kMessage, "ExecAction", Wants::kPointer},
    {2, "httpGet", Wire::kMessage, "HTTPGetAction", Wants::kPointer},
    {3, "tcpSocket", Wire::kMessage, "TCPSocketAction", Wants::kPointer}};
constexpr Field kExecAction[] = {{1, "command", Wire::kText, "", Wants::kRepeated}};
constexpr Field kHTTPGetAction[] = {{1, "path", Wire::kText},
                                    {2, "port", Wire::kIntOrString},
                                    {3, "host", Wire::kText},
                                    {4, "scheme", Wire::kText}};
constexpr Field kTCPSocketAction[] = {{1, "port", Wire::kIntOrString}, {2, "host", Wire::kText}};
constexpr Field kSecurityContext[] = {
    {1, "capabilities", Wire::kMessage, "Capabilities", Wants::kPointer},
    {2, "privileged", Wire::kFlag, "", Wants::kPointer},
    {4, "runAsUser", Wire::kNumber, "", Wants::kPointer},
    {8, "runAsGroup", Wire::kNumber, "", Wants::kPointer},
    {5, "runAsNonRoot", Wire::kFlag, "", Wants::kPointer},
    {6, "readOnlyRootFilesystem", Wire::kFlag, "", Wants::kPointer},
    {7, "allowPrivilegeEscalation", Wire::kFlag, "", Wants::kPointer},
    {9, "procMount", Wire::kText, "", Wants::kPointer}};
constexpr Field kPodSecurityContext[] = {
    {2, "runAsUser", Wire::kNumber, "", Wants::kPointer},
    {6, "runAsGroup", Wire::kNumber, "", Wants::kPointer},
    {3, "runAsNonRoot", Wire::kFlag, "", Wants::kPointer},
    {4, "supplementalGroups", Wire::kNumber, "", Wants::kRepeated},
    {12, "supplementalGroupsPolicy", Wire::kText, "", Wants::kPointer},
    {5, "fsGroup", Wire::kNumber, "", Wants::kPointer},
    {9, "fsGroupChangePolicy", Wire::kText, "", Wants::kPointer},
    {13, "seLinuxChangePolicy", Wire::kText, "", Wants::kPointer}};
constexpr Field kCapabilities[] = {{1, "add", Wire::kText, "", Wants::kRepeated},
                                   {2, "drop", Wire::kText, "", Wants::kRepeated}};
constexpr Field kToleration[] = {{1, "key", Wire::kText},
                                 {2, "operator", Wire::kText},
                                 {3, "value", Wire::kText},
                                 {4, "effect", Wire::kText},
                                 {5, "tolerationSeconds", Wire::kNumber, "", Wants::kPointer}};

constexpr Message kMessages[] = {
    {"Pod", kPod},
    {"PodSpec", kPodSpec},
    {"PodTemplateSpec", kPodTemplateSpec},
    {"Container", kContainer},
    {"ContainerPort", kContainerPort},
    {"EnvVar", kEnvVar},
    {"EnvVarSource", kEnvVarSource},
    {"ObjectFieldSelector", kObjectFieldSelector},
    {"ConfigMapKeySelector", kConfigMapKeySelector},
    {"SecretKeySelector", kSecretKeySelector},
    {"EnvFromSource", kEnvFromSource},
    {"ConfigMapEnvSource", kConfigMapEnvSource},
    {"SecretEnvSource", kSecretEnvSource},
    {"ResourceRequirements", kResourceRequirements},
    {"VolumeMount", kVolumeMount},
    {"Volume", kVolume},
    {"VolumeSource", kVolumeSource},
    {"EmptyDirVolumeSource", kEmptyDirVolumeSource},
    {"ConfigMapVolumeSource", kConfigMapVolumeSource},
    {"SecretVolumeSource", kSecretVolumeSource},
    {"KeyToPath", kKeyToPath},
    {"HostPathVolumeSource", kHostPathVolumeSource},
    {"PersistentVolumeClaimVolumeSource", kPersistentVolumeClaimVolumeSource},
    {"Probe", kProbe},
    {"ProbeHandler", kProbeHandler},
    {"ExecAction", kExecAction},
    {"HTTPGetAction", kHTTPGetAction},
    {"TCPSocketAction", kTCPSocketAction},
    {"SecurityContext", kSecurityContext},
    {"PodSecurityContext", kPodSecurityContext},
    {"Capabilities", kCapabilities},
    {"Toleration", kToleration}};

}  // namespace

std::span<const Message> pod_messages() {
  return kMessages;
}

}  // namespace masthead::sim::protobuf
