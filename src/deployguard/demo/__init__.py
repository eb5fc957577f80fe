"""The story that `deployguard demo` tells: a repository with defects, and the steps that find and mend them."""
