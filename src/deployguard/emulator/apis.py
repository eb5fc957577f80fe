"""The literal list of APIs: each stock transport, with the class that stands behind it."""

from __future__ import annotations

from google.cloud.artifactregistry_v1.services.artifact_registry import transports as registry_transports
from google.cloud.artifactregistry_v1.services.artifact_registry.transports.rest_base import (
    _BaseArtifactRegistryRestTransport,
)
from google.cloud.devtools.cloudbuild_v1.services.cloud_build import transports as build_transports
from google.cloud.devtools.cloudbuild_v1.services.cloud_build.transports.rest_base import (
    _BaseCloudBuildRestTransport,
)
from google.cloud.functions_v2.services.function_service import transports as functions_transports
from google.cloud.functions_v2.services.function_service.transports.rest_base import (
    _BaseFunctionServiceRestTransport,
)
from google.cloud.logging_v2.services.logging_service_v2 import transports as logging_transports
from google.cloud.monitoring_v3.services.alert_policy_service import transports as policy_transports
from google.cloud.monitoring_v3.services.notification_channel_service import transports as channel_transports
from google.cloud.run_v2.services.executions import transports as executions_transports
from google.cloud.run_v2.services.executions.transports.rest_base import _BaseExecutionsRestTransport
from google.cloud.run_v2.services.jobs import transports as jobs_transports
from google.cloud.run_v2.services.jobs.transports.rest_base import _BaseJobsRestTransport
from google.cloud.run_v2.services.revisions import transports as revisions_transports
from google.cloud.run_v2.services.revisions.transports.rest_base import _BaseRevisionsRestTransport
from google.cloud.run_v2.services.services import transports as services_transports
from google.cloud.run_v2.services.services.transports.rest_base import _BaseServicesRestTransport
from google.cloud.scheduler_v1.services.cloud_scheduler import transports as scheduler_transports
from google.cloud.scheduler_v1.services.cloud_scheduler.transports.rest_base import (
    _BaseCloudSchedulerRestTransport,
)

from deployguard.emulator import logging, monitoring
from deployguard.emulator.build import Builds
from deployguard.emulator.cloud import Cloud
from deployguard.emulator.functions import Functions
from deployguard.emulator.jobs import Executions, Jobs
from deployguard.emulator.objects import Objects
from deployguard.emulator.operations_service import OperationsService
from deployguard.emulator.projects import Projects
from deployguard.emulator.reconcile import Reconciler
from deployguard.emulator.registry import Registry
from deployguard.emulator.run import Revisions, Services
from deployguard.emulator.scheduler import SchedulerJobs
from deployguard.emulator.stock import Method, methods


def all_methods(cloud: Cloud, reconciler: Reconciler, objects: Objects) -> list[Method]:
    """Return every method that the emulator serves."""
    services, jobs = Services(cloud, reconciler), Jobs(cloud)
    return [
        *_of_run(cloud, services, jobs, reconciler),
        *methods(
            functions_transports.FunctionServiceGrpcTransport,
            Functions(cloud, services, reconciler, objects),
            "cloudfunctions",
            _BaseFunctionServiceRestTransport,
        ),
        *methods(
            logging_transports.LoggingServiceV2GrpcTransport,
            logging.Logging(cloud.store, cloud.log),
            "logging",
            http=logging.HTTP,
        ),
        *methods(
            policy_transports.AlertPolicyServiceGrpcTransport,
            monitoring.AlertPolicies(cloud.store),
            "monitoring",
            http=monitoring.POLICY_HTTP,
        ),
        *methods(
            channel_transports.NotificationChannelServiceGrpcTransport,
            monitoring.NotificationChannels(cloud.store),
            "monitoring",
            http=monitoring.CHANNEL_HTTP,
        ),
        *methods(
            build_transports.CloudBuildGrpcTransport,
            Builds(cloud, objects),
            "cloudbuild",
            _BaseCloudBuildRestTransport,
        ),
        *methods(
            registry_transports.ArtifactRegistryGrpcTransport,
            Registry(cloud.store, cloud.images),
            "artifactregistry",
            _BaseArtifactRegistryRestTransport,
        ),
        *methods(
            scheduler_transports.CloudSchedulerGrpcTransport,
            SchedulerJobs(cloud.store, jobs),
            "cloudscheduler",
            _BaseCloudSchedulerRestTransport,
        ),
        *Projects(services.policies).methods(),
        *OperationsService(cloud.operations).methods(),
    ]


def _of_run(cloud: Cloud, services: Services, jobs: Jobs, reconciler: Reconciler) -> list[Method]:
    return [
        *methods(jobs_transports.JobsGrpcTransport, jobs, "run", _BaseJobsRestTransport),
        *methods(
            executions_transports.ExecutionsGrpcTransport,
            Executions(cloud),
            "run",
            _BaseExecutionsRestTransport,
        ),
        *methods(services_transports.ServicesGrpcTransport, services, "run", _BaseServicesRestTransport),
        *methods(
            revisions_transports.RevisionsGrpcTransport,
            Revisions(cloud, reconciler),
            "run",
            _BaseRevisionsRestTransport,
        ),
    ]
