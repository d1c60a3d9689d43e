// Messages of the kinds that kubectl sends, but for what is in a pod.
#include "sim/protobuf_fields.h"

namespace masthead::sim::protobuf {
namespace {

constexpr Field kObjectMeta[] = {
    {1, "name", Wire::kText},
    {2, "generateName", Wire::kText},
    {3, "namespace", Wire::kText},
    {4, "selfLink", Wire::kText},
    {5, "uid", Wire::kText},
    {6, "resourceVersion", Wire::kText},
    {7, "generation", Wire::kNumber},
    {8, "creationTimestamp", Wire::kTime},
    {9, "deletionTimestamp", Wire::kTime, "", Wants::kPointer},
    {10, "deletionGracePeriodSeconds", Wire::kNumber, "", Wants::kPointer},
    {11, "labels", Wire::kTextMap},
    {12, "annotations", Wire::kTextMap},
    {13, "ownerReferences", Wire::kMessage, "OwnerReference", Wants::kRepeated},
    {14, "finalizers", Wire::kText, "", Wants::kRepeated},
    {17, "managedFields", Wire::kIgnored}};
constexpr Field kOwnerReference[] = {{5, "apiVersion", Wire::kText},
                                     {1, "kind", Wire::kText},
                                     {3, "name", Wire::kText},
                                     {4, "uid", Wire::kText},
                                     {6, "controller", Wire::kFlag, "", Wants::kPointer},
                                     {7, "blockOwnerDeletion", Wire::kFlag, "", Wants::kPointer}};
constexpr Field kLabelSelector[] = {
    {1, "matchLabels", Wire::kTextMap},
    {2, "matchExpressions", Wire::kMessage, "LabelSelectorRequirement", Wants::kRepeated}};
constexpr Field kLabelSelectorRequirement[] = {{1, "key", Wire::kText},
                                               {2, "operator", Wire::kText},
                                               {3, "values", Wire::kText, "", Wants::kRepeated}};
constexpr Field kDeleteOptions[] = {
    {1, "gracePeriodSeconds", Wire::kNumber, "", Wants::kPointer},
    {2, "preconditions", Wire::kMessage, "Preconditions", Wants::kPointer},
    {3, "orphanDependents", Wire::kFlag, "", Wants::kPointer},
    {4, "propagationPolicy", Wire::kText, "", Wants::kPointer},
    {5, "dryRun", Wire::kText, "", Wants::kRepeated},
    {6, "ignoreStoreReadErrorWithClusterBreakingPotential", Wire::kFlag, "", Wants::kPointer}};
constexpr Field kPreconditions[] = {{1, "uid", Wire::kText, "", Wants::kPointer},
                                    {2, "resourceVersion", Wire::kText, "", Wants::kPointer}};
constexpr Field kConfigMap[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                {4, "immutable", Wire::kFlag, "", Wants::kPointer},
                                {2, "data", Wire::kTextMap},
                                {3, "binaryData", Wire::kBytesMap}};
constexpr Field kSecret[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                             {5, "immutable", Wire::kFlag, "", Wants::kPointer},
                             {2, "data", Wire::kBytesMap},
                             {4, "stringData", Wire::kTextMap},
                             {3, "type", Wire::kText}};
constexpr Field kNamespace[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                {3, "status", Wire::kIgnored}};
constexpr Field kServiceAccount[] = {
    {1, "metadata", Wire::kMessage, "ObjectMeta"},
    {2, "secrets", Wire::kMessage, "ObjectReference", Wants::kRepeated},
    {3, "imagePullSecrets", Wire::kMessage, "LocalObjectReference", Wants::kRepeated},
    {4, "automountServiceAccountToken", Wire::kFlag, "", Wants::kPointer}};
constexpr Field kObjectReference[] = {
    {1, "kind", Wire::kText},       {2, "namespace", Wire::kText},
    {3, "name", Wire::kText},       {4, "uid", Wire::kText},
    {5, "apiVersion", Wire::kText}, {6, "resourceVersion", Wire::kText},
    {7, "fieldPath", Wire::kText}};
constexpr Field kLocalObjectReference[] = {{1, "name", Wire::kText}};
constexpr Field kService[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                              {2, "spec", Wire::kMessage, "ServiceSpec"},
                              {3, "status", Wire::kIgnored}};
constexpr Field kServiceSpec[] = {
    {1, "ports", Wire::kMessage, "ServicePort", Wants::kRepeated},
    {2, "selector", Wire::kTextMap},
    {3, "clusterIP", Wire::kText},
    {18, "clusterIPs", Wire::kText, "", Wants::kRepeated},
    {4, "type", Wire::kText},
    {5, "externalIPs", Wire::kText, "", Wants::kRepeated},
    {7, "sessionAffinity", Wire::kText},
    {8, "loadBalancerIP", Wire::kText},
    {9, "loadBalancerSourceRanges", Wire::kText, "", Wants::kRepeated},
    {10, "externalName", Wire::kText},
    {11, "externalTrafficPolicy", Wire::kText},
    {12, "healthCheckNodePort", Wire::kNumber},
    {13, "publishNotReadyAddresses", Wire::kFlag},
    {19, "ipFamilies", Wire::kText, "", Wants::kRepeated},
    {17, "ipFamilyPolicy", Wire::kText, "", Wants::kPointer},
    {20, "allocateLoadBalancerNodePorts", Wire::kFlag, "", Wants::kPointer},
    {21, "loadBalancerClass", Wire::kText, "", Wants::kPointer},
    {22, "internalTrafficPolicy", Wire::kText, "", Wants::kPointer},
    {23, "trafficDistribution", Wire::kText, "", Wants::kPointer}};
constexpr Field kServicePort[] = {{1, "name", Wire::kText},
                                  {2, "protocol", Wire::kText},
                                  {6, "appProtocol", Wire::kText, "", Wants::kPointer},
                                  {3, "port", Wire::kNumber},
                                  {4, "targetPort", Wire::kIntOrString},
                                  {5, "nodePort", Wire::kNumber}};
constexpr Field kDeployment[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                 {2, "spec", Wire::kMessage, "DeploymentSpec"},
                                 {3, "status", Wire::kIgnored}};
constexpr Field kDeploymentSpec[] = {
    {1, "replicas", Wire::kNumber, "", Wants::kPointer},
    {2, "selector", Wire::kMessage, "LabelSelector", Wants::kPointer},
    {3, "template", Wire::kMessage, "PodTemplateSpec"},
    {4, "strategy", Wire::kMessage, "DeploymentStrategy"},
    {5, "minReadySeconds", Wire::kNumber},
    {6, "revisionHistoryLimit", Wire::kNumber, "", Wants::kPointer},
    {7, "paused", Wire::kFlag},
    {9, "progressDeadlineSeconds", Wire::kNumber, "", Wants::kPointer}};
constexpr Field kDeploymentStrategy[] = {
    {1, "type", Wire::kText},
    {2, "rollingUpdate", Wire::kMessage, "RollingUpdateDeployment", Wants::kPointer}};
constexpr Field kRollingUpdateDeployment[] = {
    {1, "maxUnavailable", Wire::kIntOrString, "", Wants::kPointer},
    {2, "maxSurge", Wire::kIntOrString, "", Wants::kPointer}};
constexpr Field kJob[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                          {2, "spec", Wire::kMessage, "JobSpec"},
                          {3, "status", Wire::kIgnored}};
constexpr Field kJobSpec[] = {{1, "parallelism", Wire::kNumber, "", Wants::kPointer},
                              {2, "completions", Wire::kNumber, "", Wants::kPointer},
                              {3, "activeDeadlineSeconds", Wire::kNumber, "", Wants::kPointer},
                              {7, "backoffLimit", Wire::kNumber, "", Wants::kPointer},
                              {12, "backoffLimitPerIndex", Wire::kNumber, "", Wants::kPointer},
                              {13, "maxFailedIndexes", Wire::kNumber, "", Wants::kPointer},
                              {4, "selector", Wire::kMessage, "LabelSelector", Wants::kPointer},
                              {5, "manualSelector", Wire::kFlag, "", Wants::kPointer},
                              {6, "template", Wire::kMessage, "PodTemplateSpec"},
                              {8, "ttlSecondsAfterFinished", Wire::kNumber, "", Wants::kPointer},
                              {9, "completionMode", Wire::kText, "", Wants::kPointer},
                              {10, "suspend", Wire::kFlag, "", Wants::kPointer},
                              {14, "podReplacementPolicy", Wire::kText, "", Wants::kPointer},
                              {15, "managedBy", Wire::kText, "", Wants::kPointer}};
constexpr Field kCronJob[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                              {2, "spec", Wire::kMessage, "CronJobSpec"},
                              {3, "status", Wire::kIgnored}};
constexpr Field kCronJobSpec[] = {
    {1, "schedule", Wire::kText},
    {8, "timeZone", Wire::kText, "", Wants::kPointer},
    {2, "startingDeadlineSeconds", Wire::kNumber, "", Wants::kPointer},
    {3, "concurrencyPolicy", Wire::kText},
    {4, "suspend", Wire::kFlag, "", Wants::kPointer},
    {5, "jobTemplate", Wire::kMessage, "JobTemplateSpec"},
    {6, "successfulJobsHistoryLimit", Wire::kNumber, "", Wants::kPointer},
    {7, "failedJobsHistoryLimit", Wire::kNumber, "", Wants::kPointer}};
constexpr Field kJobTemplateSpec[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                      {2, "spec", Wire::kMessage, "JobSpec"}};
constexpr Field kRole[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                           {2, "rules", Wire::kMessage, "PolicyRule", Wants::kRepeated}};
constexpr Field kRoleBinding[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                  {2, "subjects", Wire::kMessage, "Subject", Wants::kRepeated},
                                  {3, "roleRef", Wire::kMessage, "RoleRef"}};
constexpr Field kClusterRole[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                  {2, "rules", Wire::kMessage, "PolicyRule", Wants::kRepeated}};
constexpr Field kClusterRoleBinding[] = {
    {1, "metadata", Wire::kMessage, "ObjectMeta"},
    {2, "subjects", Wire::kMessage, "Subject", Wants::kRepeated},
    {3, "roleRef", Wire::kMessage, "RoleRef"}};
constexpr Field kPolicyRule[] = {{1, "verbs", Wire::kText, "", Wants::kRepeated},
                                 {2, "apiGroups", Wire::kText, "", Wants::kRepeated},
                                 {3, "resources", Wire::kText, "", Wants::kRepeated},
                                 {4, "resourceNames", Wire::kText, "", Wants::kRepeated},
                                 {5, "nonResourceURLs", Wire::kText, "", Wants::kRepeated}};
constexpr Field kRoleRef[] = {
    {1, "apiGroup", Wire::kText}, {2, "kind", Wire::kText}, {3, "name", Wire::kText}};
constexpr Field kSubject[] = {{1, "kind", Wire::kText},
                              {2, "apiGroup", Wire::kText},
                              {3, "name", Wire::kText},
                              {4, "namespace", Wire::kText}};
constexpr Field kSelfSubjectAccessReview[] = {
    {1, "metadata", Wire::kMessage, "ObjectMeta"},
    {2, "spec", Wire::kMessage, "SelfSubjectAccessReviewSpec"},
    {3, "status", Wire::kIgnored}};
constexpr Field kSelfSubjectAccessReviewSpec[] = {
    {1, "resourceAttributes", Wire::kMessage, "ResourceAttributes", Wants::kPointer},
    {2, "nonResourceAttributes", Wire::kMessage, "NonResourceAttributes", Wants::kPointer}};
constexpr Field kResourceAttributes[] = {
    {1, "namespace", Wire::kText}, {2, "verb", Wire::kText},     {3, "group", Wire::kText},
    {4, "version", Wire::kText},   {5, "resource", Wire::kText}, {6, "subresource", Wire::kText},
    {7, "name", Wire::kText}};
constexpr Field kNonResourceAttributes[] = {{1, "path", Wire::kText}, {2, "verb", Wire::kText}};
constexpr Field kSelfSubjectRulesReview[] = {
    {1, "metadata", Wire::kMessage, "ObjectMeta"},
    {2, "spec", Wire::kMessage, "SelfSubjectRulesReviewSpec"},
    {3, "status", Wire::kIgnored}};
constexpr Field kSelfSubjectRulesReviewSpec[] = {{1, "namespace", Wire::kText}};
constexpr Field kSubjectAccessReview[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                          {2, "spec", Wire::kMessage, "SubjectAccessReviewSpec"},
                                          {3, "status", Wire::kIgnored}};
constexpr Field kSubjectAccessReviewSpec[] = {
    {1, "resourceAttributes", Wire::kMessage, "ResourceAttributes", Wants::kPointer},
    {2, "nonResourceAttributes", Wire::kMessage, "NonResourceAttributes", Wants::kPointer},
    {3, "user", Wire::kText},
    {4, "groups", Wire::kText, "", Wants::kRepeated},
    {6, "uid", Wire::kText}};
constexpr Field kLocalSubjectAccessReview[] = {
    {1, "metadata", Wire::kMessage, "ObjectMeta"},
    {2, "spec", Wire::kMessage, "SubjectAccessReviewSpec"},
    {3, "status", Wire::kIgnored}};
constexpr Field kSelfSubjectReview[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                        {2, "status", Wire::kIgnored}};
constexpr Field kTokenReview[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                                  {2, "spec", Wire::kMessage, "TokenReviewSpec"},
                                  {3, "status", Wire::kIgnored}};
constexpr Field kTokenReviewSpec[] = {{1, "token", Wire::kText},
                                      {2, "audiences", Wire::kText, "", Wants::kRepeated}};
constexpr Field kScale[] = {{1, "metadata", Wire::kMessage, "ObjectMeta"},
                            {2, "spec", Wire::kMessage, "ScaleSpec"},
                            {3, "status", Wire::kIgnored}};
constexpr Field kScaleSpec[] = {{1, "replicas", Wire::kNumber}};

constexpr Message kMessages[] = {{"ObjectMeta", kObjectMeta},
                                 {"OwnerReference", kOwnerReference},
                                 {"LabelSelector", kLabelSelector},
                                 {"LabelSelectorRequirement", kLabelSelectorRequirement},
                                 {"DeleteOptions", kDeleteOptions},
                                 {"Preconditions", kPreconditions},
                                 {"ConfigMap", kConfigMap},
                                 {"Secret", kSecret},
                                 {"Namespace", kNamespace},
                                 {"ServiceAccount", kServiceAccount},
                                 {"ObjectReference", kObjectReference},
                                 {"LocalObjectReference", kLocalObjectReference},
                                 {"Service", kService},
                                 {"ServiceSpec", kServiceSpec},
                                 {"ServicePort", kServicePort},
                                 {"Deployment", kDeployment},
                                 {"DeploymentSpec", kDeploymentSpec},
                                 {"DeploymentStrategy", kDeploymentStrategy},
                                 {"RollingUpdateDeployment", kRollingUpdateDeployment},
                                 {"Job", kJob},
                                 {"JobSpec", kJobSpec},
                                 {"CronJob", kCronJob},
                                 {"CronJobSpec", kCronJobSpec},
                                 {"JobTemplateSpec", kJobTemplateSpec},
                                 {"Role", kRole},
                                 {"RoleBinding", kRoleBinding},
                                 {"ClusterRole", kClusterRole},
                                 {"ClusterRoleBinding", kClusterRoleBinding},
                                 {"PolicyRule", kPolicyRule},
                                 {"RoleRef", kRoleRef},
                                 {"Subject", kSubject},
                                 {"SelfSubjectAccessReview", kSelfSubjectAccessReview},
                                 {"SelfSubjectAccessReviewSpec", kSelfSubjectAccessReviewSpec},
                                 {"ResourceAttributes", kResourceAttributes},
                                 {"NonResourceAttributes", kNonResourceAttributes},
                                 {"SelfSubjectRulesReview", kSelfSubjectRulesReview},
                                 {"SelfSubjectRulesReviewSpec", kSelfSubjectRulesReviewSpec},
                                 {"SubjectAccessReview", kSubjectAccessReview},
                                 {"SubjectAccessReviewSpec", kSubjectAccessReviewSpec},
                                 {"LocalSubjectAccessReview", kLocalSubjectAccessReview},
                                 {"SelfSubjectReview", kSelfSubjectReview},
                                 {"TokenReview", kTokenReview},
                                 {"TokenReviewSpec", kTokenReviewSpec},
                                 {"Scale", kScale},
                                 {"ScaleSpec", kScaleSpec}};

}  // namespace

std::span<const Message> object_messages() {
  return kMessages;
}

}  // namespace masthead::sim::protobuf
