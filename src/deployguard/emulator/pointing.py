"""The environment that points deployguard, the stock clients and gcloud at the emulator."""

from __future__ import annotations

_GCLOUD_APIS = (
    *(
        "RUN",
        "CLOUDFUNCTIONS",
        "CLOUDBUILD",
        "MONITORING",
        "STORAGE",
        "ARTIFACTREGISTRY",
        "LOGGING",
        "CLOUDSCHEDULER",
    ),
    *("IAM", "CLOUDRESOURCEMANAGER", "SERVICEUSAGE"),
)


def environment(address: str, project: str) -> dict[str, str]:
    """Return the variables, in a stable order.

    gcloud puts the region before the host of an endpoint, so its endpoints are made-up names, reached through the
    emulator as HTTP proxy; https is refused there, so nothing can reach the real cloud by accident.
    """
    gcloud = {f"CLOUDSDK_API_ENDPOINT_OVERRIDES_{api}": f"http://{api.lower()}.test/" for api in _GCLOUD_APIS}
    return {
        "DEPLOYGUARD_ENDPOINT": address,
        "STORAGE_EMULATOR_HOST": address,
        "GOOGLE_CLOUD_PROJECT": project,
        **gcloud,
        "CLOUDSDK_AUTH_DISABLE_CREDENTIALS": "true",
        "CLOUDSDK_CORE_DISABLE_PROMPTS": "1",
        "CLOUDSDK_CORE_DISABLE_USAGE_REPORTING": "true",
        "CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK": "true",
        "CLOUDSDK_CORE_PROJECT": project,
        "CLOUDSDK_PROXY_TYPE": "http_no_tunnel",
        "CLOUDSDK_PROXY_ADDRESS": "127.0.0.1",
        "CLOUDSDK_PROXY_PORT": address.rpartition(":")[2],
    }
