{{- define "tamada.labels" -}}
app.kubernetes.io/name: tamada
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "tamada.selector" -}}
app.kubernetes.io/name: tamada
app.kubernetes.io/instance: {{ .root.Release.Name }}
app.kubernetes.io/component: {{ .part }}
{{- end }}

{{- define "tamada.claim" -}}
{{ .Values.shared.existingClaim | default (printf "%s-shared" .Release.Name) }}
{{- end }}

{{/* What every part's pod has in common: `root`, `part`, `settings` of the part, `args`. */}}
{{- define "tamada.pod" -}}
metadata:
  labels:
    {{- include "tamada.selector" . | nindent 4 }}
spec:
  {{- with .root.Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  automountServiceAccountToken: false
  terminationGracePeriodSeconds: 30
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    fsGroupChangePolicy: OnRootMismatch
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: {{ .part }}
      image: "{{ .root.Values.image.repository }}:{{ .root.Values.image.tag | default .root.Chart.AppVersion }}"
      imagePullPolicy: {{ .root.Values.image.pullPolicy }}
      args:
        {{- toYaml .args | nindent 8 }}
      envFrom:
        - secretRef:
            name: {{ .root.Values.existingSecret }}
      env:
        - name: TAMADA_BASE_URL
          value: {{ .root.Values.baseUrl | quote }}
        - name: TAMADA_SHARED_DIR
          value: /shared
        - name: TAMADA_TRUSTED_PROXIES
          value: {{ .root.Values.trustedProxies | quote }}
        {{- range $name, $value := .root.Values.env }}
        - name: {{ $name }}
          value: {{ $value | quote }}
        {{- end }}
      securityContext:
        allowPrivilegeEscalation: false
        capabilities:
          drop: [ALL]
      resources:
        {{- toYaml .settings.resources | nindent 8 }}
      {{- with .extra }}
      {{- toYaml . | nindent 6 }}
      {{- end }}
      volumeMounts:
        - name: data
          mountPath: /data
        - name: shared
          mountPath: /shared
  volumes:
    - name: data
      emptyDir: {}
    - name: shared
      persistentVolumeClaim:
        claimName: {{ include "tamada.claim" .root }}
  {{- with .root.Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .root.Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  topologySpreadConstraints:
    - maxSkew: 1
      topologyKey: kubernetes.io/hostname
      whenUnsatisfiable: ScheduleAnyway
      labelSelector:
        matchLabels:
          {{- include "tamada.selector" . | nindent 10 }}
{{- end }}
