"""Reads every collection with OWSLib, page by page: prints its name and its number of features; of one that is named, every feature, one a line."""
import json
import sys

from owslib.ogcapi.features import Features
from owslib.util import Authentication

root, token, *only = sys.argv[1:]
api = Features(root, auth=Authentication(username="gis", password=token))


def pages(name, limit):
    page = api.collection_items(name, limit=limit)
    while True:
        yield page["features"]
        following = [link["href"] for link in page["links"] if link["rel"] == "next"]
        if not following:
            return
        query = dict(pair.split("=", 1) for pair in following[0].split("?", 1)[1].split("&"))
        page = api.collection_items(name, limit=limit, cursor=query["cursor"])


if only:
    for features in pages(only[0], 10000):
        for feature in features:
            print(json.dumps(feature))
else:
    for name in api.feature_collections():
        print(name, len({feature["id"] for features in pages(name, 500) for feature in features}))
    assert "doors" in api.collection_queryables("households")["properties"]
