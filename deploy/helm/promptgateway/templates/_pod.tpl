{{/* The pod, whichever kind of resource makes it. */}}
{{- define "promptgateway.pod" -}}
metadata:
  labels:
    {{- include "promptgateway.labels" . | nindent 4 }}
  {{- with .Values.podAnnotations }}
  annotations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
spec:
  serviceAccountName: {{ include "promptgateway.name" . }}
  automountServiceAccountToken: false
  # Kubernetes would set PROMPTGATEWAY_PORT and the like for the Service of the same name.
  enableServiceLinks: false
  # preStop, the drain, 10 s for last words and the ledger, and some to spare.
  terminationGracePeriodSeconds: {{ add .Values.drain.preStopSeconds .Values.drain.streamSeconds 20 }}
  {{- with .Values.image.pullSecrets }}
  imagePullSecrets:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext:
    runAsNonRoot: true
    runAsUser: 10001
    runAsGroup: 10001
    fsGroup: 10001
    seccompProfile:
      type: RuntimeDefault
  containers:
    - name: gateway
      image: {{ printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) | quote }}
      imagePullPolicy: {{ .Values.image.pullPolicy }}
      args: ["serve"]
      env:
        - name: PROMPTGATEWAY_URLS
          value: http://*:8080
        - name: PROMPTGATEWAY_MANAGEMENT_URLS
          value: http://*:8081
        - name: PROMPTGATEWAY_DATA
          value: /data
        - name: PROMPTGATEWAY_CONFIG
          value: /etc/promptgateway
        - name: PROMPTGATEWAY__Forwarding__DrainTimeout
          value: {{ printf "%02d:%02d:%02d" (div .Values.drain.streamSeconds 3600) (mod (div .Values.drain.streamSeconds 60) 60) (mod .Values.drain.streamSeconds 60) | quote }}
        {{- if eq (include "promptgateway.wantsDatabase" .) "true" }}
        # Replicas without a database in common would each keep keys and a ledger of their own: without this file none starts.
        - name: PROMPTGATEWAY_DATABASE_FILE
          value: /run/secrets/PROMPTGATEWAY_DATABASE
        {{- end }}
        {{- with .Values.env }}
        {{- toYaml . | nindent 8 }}
        {{- end }}
      ports:
        - name: api
          containerPort: 8080
        - name: management
          containerPort: 8081
      startupProbe:
        httpGet:
          path: /readyz
          port: api
        periodSeconds: 1
        failureThreshold: 60
      readinessProbe:
        httpGet:
          path: /readyz
          port: api
        periodSeconds: 5
        failureThreshold: 2
      livenessProbe:
        httpGet:
          path: /healthz
          port: api
        periodSeconds: 10
        timeoutSeconds: 5
        failureThreshold: 6
      lifecycle:
        preStop:
          sleep:
            seconds: {{ .Values.drain.preStopSeconds }}
      resources:
        {{- toYaml .Values.resources | nindent 8 }}
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities:
          drop: ["ALL"]
      volumeMounts:
        - name: data
          mountPath: /data
        - name: configuration
          mountPath: /etc/promptgateway
          readOnly: true
        - name: secrets
          mountPath: /run/secrets
          readOnly: true
  volumes:
    {{- if not .Values.persistence.enabled }}
    - name: data
      emptyDir: {}
    {{- end }}
    - name: configuration
      configMap:
        name: {{ include "promptgateway.name" . }}
    - name: secrets
      secret:
        secretName: {{ .Values.secrets.existingSecret }}
        defaultMode: 0440
  {{- with .Values.nodeSelector }}
  nodeSelector:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.tolerations }}
  tolerations:
    {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .Values.affinity }}
  affinity:
    {{- toYaml . | nindent 4 }}
  {{- end }}
{{- end -}}

{{/* Several replicas, and nothing else says where their database is. */}}
{{- define "promptgateway.wantsDatabase" -}}
{{- $several := or .Values.autoscaling.enabled (gt (int .Values.replicas) 1) -}}
{{- $said := or (contains "PROMPTGATEWAY_DATABASE" (toJson .Values.env)) (contains "Storage__Postgres" (toJson .Values.env)) (dig "Storage" "Postgres" "" .Values.config) -}}
{{- if and $several (not $said) }}true{{ end -}}
{{- end -}}
