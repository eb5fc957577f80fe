# The same as roles.sh, as Terraform.
variable "project" { type = string }
variable "region" { type = string }
variable "bucket" { type = string }
variable "registry" { type = string }
variable "runtime_account" {
  type        = string
  default     = ""
  description = "The account that the services run as; empty: Compute Engine's default one."
}

locals {
  accounts = {
    deployer = "deployguard deploy and rollback"
    watcher  = "deployguard drift, health, reconcile, morning"
    builder  = "Cloud Build for deployguard"
  }
  project_roles = {
    deployer = [
      "roles/run.developer", # roles/run.admin for `deploy --fix-iam`
      "roles/run.invoker",
      "roles/cloudfunctions.developer",
      "roles/cloudbuild.builds.editor",
      "roles/artifactregistry.reader",
      "roles/logging.viewer",
      "roles/iam.securityReviewer",
    ]
    builder = ["roles/logging.logWriter", "roles/artifactregistry.writer"]
    watcher = [
      "roles/run.viewer",
      "roles/cloudfunctions.viewer",
      "roles/logging.viewer",
      "roles/bigquery.jobUser",
      "roles/bigquery.dataViewer",
      "roles/datastore.user",
      "roles/pubsub.publisher",
    ]
  }
  bucket_roles = {
    deployer = "roles/storage.objectUser"
    builder  = "roles/storage.objectViewer"
    watcher  = "roles/storage.objectUser"
  }
  grants = merge([
    for account, roles in local.project_roles : { for role in roles : "${account} ${role}" => { account = account, role = role } }
  ]...)
}

resource "google_project_service" "api" {
  for_each = toset(["run", "cloudfunctions", "cloudbuild", "artifactregistry", "storage", "logging", "monitoring",
  "cloudscheduler", "cloudresourcemanager"])
  project            = var.project
  service            = "${each.key}.googleapis.com"
  disable_on_destroy = false
}

resource "google_storage_bucket" "deployguard" {
  project                     = var.project
  name                        = var.bucket
  location                    = var.region
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
}

resource "google_artifact_registry_repository" "images" {
  project       = var.project
  location      = var.region
  repository_id = var.registry
  format        = "DOCKER"
}

resource "google_service_account" "deployguard" {
  for_each     = local.accounts
  project      = var.project
  account_id   = "deployguard-${each.key}"
  display_name = each.value
}

resource "google_project_iam_member" "grant" {
  for_each = local.grants
  project  = var.project
  role     = each.value.role
  member   = "serviceAccount:${google_service_account.deployguard[each.value.account].email}"
}

resource "google_storage_bucket_iam_member" "grant" {
  for_each = local.bucket_roles
  bucket   = google_storage_bucket.deployguard.name
  role     = each.value
  member   = "serviceAccount:${google_service_account.deployguard[each.key].email}"
}

resource "google_service_account_iam_member" "deployer_as_builder" {
  service_account_id = google_service_account.deployguard["builder"].name
  role               = "roles/iam.serviceAccountUser"
  member             = "serviceAccount:${google_service_account.deployguard["deployer"].email}"
}

resource "google_service_account_iam_member" "deployer_as_runtime" {
  count              = var.runtime_account == "" ? 0 : 1
  service_account_id = "projects/${var.project}/serviceAccounts/${var.runtime_account}"
  role               = "roles/iam.serviceAccountUser"
  member             = "serviceAccount:${google_service_account.deployguard["deployer"].email}"
}
