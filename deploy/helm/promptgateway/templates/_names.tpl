{{/* Name of everything: the release's, unless it says promptgateway already. */}}
{{- define "promptgateway.name" -}}
{{- if contains "promptgateway" .Release.Name -}}
{{- .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-promptgateway" .Release.Name | trunc 50 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "promptgateway.selector" -}}
app.kubernetes.io/name: promptgateway
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "promptgateway.labels" -}}
{{ include "promptgateway.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end -}}
