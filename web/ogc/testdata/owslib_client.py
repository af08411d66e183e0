"""Reads every collection with OWSLib, page by page: prints its name and its number of features."""
import sys

from owslib.ogcapi.features import Features
from owslib.util import Authentication

root, token = sys.argv[1:]
api = Features(root, auth=Authentication(username="gis", password=token))
for name in api.feature_collections():
    seen = set()
    page = api.collection_items(name, limit=500)
    while True:
        seen.update(feature["id"] for feature in page["features"])
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            break
        query = dict(pair.split("=", 1) for pair in following[0].split("?", 1)[1].split("&"))
        page = api.collection_items(name, limit=500, cursor=query["cursor"])
    print(name, len(seen))
assert "doors" in api.collection_queryables("households")["properties"]
