"""What a repository deploys, as its folders, Dockerfiles and deploy scripts tell it: for `init`, and for what nobody listed."""
