#!/bin/sh
# Creates the namespace and the search attributes that this interface needs, where they are missing.
# Reads TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, RETENTION and SEARCH_ATTRIBUTES (Name=Type, separated by spaces).
set -eu

# The port is open a little before the server answers.
attempt=1
until temporal operator cluster health >/dev/null 2>&1; do
  if [ "$attempt" -ge 30 ]; then
    echo "Temporal at $TEMPORAL_ADDRESS does not answer; see the log of the temporal service." >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 2
done

temporal operator namespace describe -n "$TEMPORAL_NAMESPACE" >/dev/null 2>&1 ||
  temporal operator namespace create -n "$TEMPORAL_NAMESPACE" --retention "$RETENTION"

# A new namespace is known to every part of the server only after some seconds.
attempt=1
until known=$(temporal operator search-attribute list 2>/dev/null); do
  if [ "$attempt" -ge 30 ]; then
    echo "The namespace $TEMPORAL_NAMESPACE did not become usable within a minute." >&2
    exit 1
  fi
  attempt=$((attempt + 1))
  sleep 2
done

for attribute in $SEARCH_ATTRIBUTES; do
  name=${attribute%%=*}
  if ! echo "$known" | grep -qw "$name"; then
    temporal operator search-attribute create --name "$name" --type "${attribute#*=}"
  fi
done
echo "The namespace $TEMPORAL_NAMESPACE and its search attributes are there."
