package main

import (
	"fmt"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// setStatus gives 94 of 100 pods a running status, 3 a crash loop, 2 none to run on, 1 a failure:
// a list of nothing but healthy pods would compress and filter better than any real one.
func (g *generator) setStatus(pod *corev1.Pod, a application, created metav1.Time) {
	started := metav1.NewTime(created.Add(time.Duration(1+g.random.IntN(40)) * time.Second))
	kind := g.random.IntN(100)
	if kind >= 97 && kind < 99 {
		pod.Spec.NodeName = ""
		pod.Status = corev1.PodStatus{
			Phase: corev1.PodPending, QOSClass: corev1.PodQOSBurstable,
			Conditions: []corev1.PodCondition{{Type: corev1.PodScheduled, Status: corev1.ConditionFalse,
				Reason: corev1.PodReasonUnschedulable, LastTransitionTime: started,
				Message: fmt.Sprintf("0/300 nodes are available: %d Insufficient memory, %d node(s) had untolerated taint(s).", 200+g.random.IntN(90), g.random.IntN(10))}},
		}
		return
	}
	ready := kind < 94
	status := corev1.ConditionTrue
	reason, message := "", ""
	if !ready {
		status, reason = corev1.ConditionFalse, "ContainersNotReady"
		names := make([]string, 0, len(pod.Spec.Containers))
		for _, container := range pod.Spec.Containers {
			names = append(names, container.Name)
		}
		message = "containers with unready status: [" + strings.Join(names, " ") + "]"
	}
	ip := fmt.Sprintf("10.%d.%d.%d", 64+g.random.IntN(64), g.random.IntN(256), 1+g.random.IntN(254))
	host := fmt.Sprintf("192.0.2.%d", 1+g.random.IntN(254))
	pod.Status = corev1.PodStatus{
		Phase: corev1.PodRunning, QOSClass: corev1.PodQOSBurstable, StartTime: &created,
		PodIP: ip, PodIPs: []corev1.PodIP{{IP: ip}}, HostIP: host, HostIPs: []corev1.HostIP{{IP: host}},
		ObservedGeneration: 1,
		Conditions: []corev1.PodCondition{
			{Type: corev1.PodReadyToStartContainers, Status: corev1.ConditionTrue, LastTransitionTime: started, ObservedGeneration: 1},
			{Type: corev1.PodInitialized, Status: corev1.ConditionTrue, LastTransitionTime: created, ObservedGeneration: 1},
			{Type: corev1.PodReady, Status: status, Reason: reason, Message: message, LastTransitionTime: started, ObservedGeneration: 1},
			{Type: corev1.ContainersReady, Status: status, Reason: reason, Message: message, LastTransitionTime: started, ObservedGeneration: 1},
			{Type: corev1.PodScheduled, Status: corev1.ConditionTrue, LastTransitionTime: created, ObservedGeneration: 1},
		},
	}
	if kind == 99 {
		pod.Status.Phase = corev1.PodFailed
	}
	for _, container := range pod.Spec.Containers {
		pod.Status.ContainerStatuses = append(pod.Status.ContainerStatuses, g.containerStatus(container, a, kind, started, pod))
	}
}

func (g *generator) containerStatus(container corev1.Container, a application, kind int, started metav1.Time, pod *corev1.Pod) corev1.ContainerStatus {
	ready := kind < 94
	made := corev1.ContainerStatus{
		Name: container.Name, Image: container.Image, Ready: ready, Started: &ready,
		ImageID:     "registry.example/" + a.team + "/" + a.name + "@sha256:" + a.digest,
		ContainerID: "containerd://" + g.hex(64),
	}
	ended := &corev1.ContainerStateTerminated{ExitCode: 137, Reason: "OOMKilled", StartedAt: started,
		FinishedAt: metav1.NewTime(started.Add(time.Hour)), ContainerID: "containerd://" + g.hex(64)}
	switch {
	case kind == 99:
		made.State.Terminated = ended
	case !ready:
		made.RestartCount = int32(1 + g.random.IntN(400))
		made.State.Waiting = &corev1.ContainerStateWaiting{Reason: "CrashLoopBackOff",
			Message: fmt.Sprintf("back-off 5m0s restarting failed container=%s pod=%s_%s(%s)", container.Name, pod.Name, pod.Namespace, pod.UID)}
		made.LastTerminationState.Terminated = ended
	default:
		made.State.Running = &corev1.ContainerStateRunning{StartedAt: started}
		if g.random.IntN(10) == 0 {
			made.RestartCount = int32(1 + g.random.IntN(5))
			made.LastTerminationState.Terminated = ended
		}
	}
	return made
}

// managedFields is what the controller manager and the kubelet leave behind: about a third of a
// pod's size, and the first thing a cache throws away.
func managedFields(pod *corev1.Pod, created metav1.Time) []metav1.ManagedFieldsEntry {
	var spec, status strings.Builder
	spec.WriteString(`{"f:metadata":{"f:annotations":{".":{},"f:checksum/config":{},"f:kubectl.kubernetes.io/restartedAt":{},` +
		`"f:prometheus.io/port":{},"f:prometheus.io/scrape":{}},"f:generateName":{},"f:labels":{".":{},` +
		`"f:app.kubernetes.io/component":{},"f:app.kubernetes.io/managed-by":{},"f:app.kubernetes.io/name":{},` +
		`"f:app.kubernetes.io/version":{},"f:pod-template-hash":{},"f:team":{}},"f:ownerReferences":{".":{},"k:{\"uid\":\"` +
		string(pod.OwnerReferences[0].UID) + `\"}":{}}},"f:spec":{"f:containers":{`)
	for index, container := range pod.Spec.Containers {
		if index > 0 {
			spec.WriteByte(',')
		}
		fmt.Fprintf(&spec, `"k:{\"name\":\"%s\"}":{".":{},"f:args":{},"f:env":{".":{}`, container.Name)
		for _, variable := range container.Env {
			value := `"f:value":{}`
			if variable.ValueFrom != nil {
				value = `"f:valueFrom":{".":{},"f:secretKeyRef":{}}`
			}
			fmt.Fprintf(&spec, `,"k:{\"name\":\"%s\"}":{".":{},"f:name":{},%s}`, variable.Name, value)
		}
		spec.WriteString(`},"f:image":{},"f:imagePullPolicy":{},"f:livenessProbe":{".":{},"f:failureThreshold":{},"f:httpGet":` +
			`{".":{},"f:path":{},"f:port":{},"f:scheme":{}},"f:initialDelaySeconds":{},"f:periodSeconds":{},"f:successThreshold":{},` +
			`"f:timeoutSeconds":{}},"f:name":{},"f:ports":{".":{},"k:{\"containerPort\":8080,\"protocol\":\"TCP\"}":{".":{},` +
			`"f:containerPort":{},"f:name":{},"f:protocol":{}}},"f:resources":{".":{},"f:limits":{".":{},"f:memory":{}},` +
			`"f:requests":{".":{},"f:cpu":{},"f:memory":{}}},"f:securityContext":{".":{},"f:allowPrivilegeEscalation":{}},` +
			`"f:terminationMessagePath":{},"f:terminationMessagePolicy":{},"f:volumeMounts":{".":{},"k:{\"mountPath\":\"/etc\"}":` +
			`{".":{},"f:mountPath":{},"f:name":{},"f:readOnly":{}}}}`)
	}
	spec.WriteString(`},"f:dnsPolicy":{},"f:enableServiceLinks":{},"f:restartPolicy":{},"f:schedulerName":{},"f:securityContext":{},` +
		`"f:serviceAccount":{},"f:serviceAccountName":{},"f:terminationGracePeriodSeconds":{},"f:volumes":{".":{}}}}`)

	status.WriteString(`{"f:status":{"f:conditions":{".":{}`)
	for _, condition := range pod.Status.Conditions {
		fmt.Fprintf(&status, `,"k:{\"type\":\"%s\"}":{".":{},"f:lastProbeTime":{},"f:lastTransitionTime":{},"f:status":{},"f:type":{}}`, condition.Type)
	}
	status.WriteString(`},"f:containerStatuses":{},"f:hostIP":{},"f:hostIPs":{},"f:phase":{},"f:podIP":{},"f:podIPs":{".":{},"k:{\"ip\":\"` +
		pod.Status.PodIP + `\"}":{".":{},"f:ip":{}}},"f:startTime":{}}}`)

	entry := func(manager, subresource, fields string) metav1.ManagedFieldsEntry {
		return metav1.ManagedFieldsEntry{Manager: manager, Operation: metav1.ManagedFieldsOperationUpdate, APIVersion: "v1",
			Time: &created, FieldsType: "FieldsV1", Subresource: subresource, FieldsV1: &metav1.FieldsV1{Raw: []byte(fields)}}
	}
	return []metav1.ManagedFieldsEntry{entry("kube-controller-manager", "", spec.String()), entry("kubelet", "status", status.String())}
}
