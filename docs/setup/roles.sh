#!/bin/sh
# Gives deployguard its bucket, its registry, and accounts with the least rights that each of its jobs needs.
# Safe to run again. Usage: PROJECT=my-project REGION=us-west2 BUCKET=my-project-deployguard REGISTRY=images sh roles.sh
set -eu
: "${PROJECT:?}" "${REGION:?}" "${BUCKET:?}" "${REGISTRY:?}"
RUNTIME_ACCOUNT="${RUNTIME_ACCOUNT:-}"   # the account that the services run as; empty: Compute Engine's default one
DEPLOYER="deployguard-deployer@${PROJECT}.iam.gserviceaccount.com"
WATCHER="deployguard-watcher@${PROJECT}.iam.gserviceaccount.com"
BUILDER="deployguard-builder@${PROJECT}.iam.gserviceaccount.com"

account() {
  gcloud iam service-accounts describe "$1@${PROJECT}.iam.gserviceaccount.com" --project "$PROJECT" >/dev/null 2>&1 ||
    gcloud iam service-accounts create "$1" --project "$PROJECT" --display-name "$2"
}

on_project() {  # ACCOUNT ROLE...
  member="serviceAccount:$1"; shift
  for role in "$@"; do
    gcloud projects add-iam-policy-binding "$PROJECT" --member "$member" --role "$role" --condition None --quiet >/dev/null
  done
}

on_bucket() {  # ACCOUNT ROLE
  gcloud storage buckets add-iam-policy-binding "gs://$BUCKET" --member "serviceAccount:$1" --role "$2" >/dev/null
}

as_account() {  # WHO acts as WHOM
  gcloud iam service-accounts add-iam-policy-binding "$2" --project "$PROJECT" \
    --member "serviceAccount:$1" --role roles/iam.serviceAccountUser >/dev/null
}

gcloud services enable run.googleapis.com cloudfunctions.googleapis.com cloudbuild.googleapis.com \
  artifactregistry.googleapis.com storage.googleapis.com logging.googleapis.com monitoring.googleapis.com \
  cloudscheduler.googleapis.com cloudresourcemanager.googleapis.com --project "$PROJECT"

# Releases, locks, overrides, build sources. No lifecycle rule on releases/: they are the history.
gcloud storage buckets describe "gs://$BUCKET" >/dev/null 2>&1 ||
  gcloud storage buckets create "gs://$BUCKET" --project "$PROJECT" --location "$REGION" \
    --uniform-bucket-level-access --public-access-prevention
gcloud artifacts repositories describe "$REGISTRY" --location "$REGION" --project "$PROJECT" >/dev/null 2>&1 ||
  gcloud artifacts repositories create "$REGISTRY" --location "$REGION" --project "$PROJECT" --repository-format docker

account deployguard-deployer "deployguard deploy and rollback"
account deployguard-watcher "deployguard drift, health, reconcile, morning"
account deployguard-builder "Cloud Build for deployguard"

# Ships. Add roles/run.admin in place of roles/run.developer for `deploy --fix-iam`, which writes IAM policies.
on_project "$DEPLOYER" roles/run.developer roles/run.invoker roles/cloudfunctions.developer \
  roles/cloudbuild.builds.editor roles/artifactregistry.reader roles/logging.viewer roles/iam.securityReviewer
on_bucket "$DEPLOYER" roles/storage.objectUser
as_account "$DEPLOYER" "$BUILDER"
[ -z "$RUNTIME_ACCOUNT" ] || as_account "$DEPLOYER" "$RUNTIME_ACCOUNT"

# Builds: reads the source from the bucket, pushes the image.
on_project "$BUILDER" roles/logging.logWriter roles/artifactregistry.writer
on_bucket "$BUILDER" roles/storage.objectViewer

# Watches. `reconcile --fix --trigger` needs roles/datastore.user and roles/pubsub.publisher, which it gets here.
on_project "$WATCHER" roles/run.viewer roles/cloudfunctions.viewer roles/logging.viewer \
  roles/bigquery.jobUser roles/bigquery.dataViewer roles/datastore.user roles/pubsub.publisher
on_bucket "$WATCHER" roles/storage.objectUser
echo "done: bucket gs://$BUCKET, registry $REGISTRY, accounts $DEPLOYER, $WATCHER, $BUILDER"
