"""Opens collections in QGIS without a screen: prints the name, the number of features and the fields of each.

After the address and the token come names of collections, or a project of which the layers are opened.
With --rows before all it prints every feature instead, one a line; then a name may be a file too.
"""
import json
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsProject, QgsVectorLayer  # noqa: E402

rows = "--rows" in sys.argv
root, token, *names = [argument for argument in sys.argv[1:] if argument != "--rows"]


def plain(value):
    """A value of QGIS as JSON has it."""
    if hasattr(value, "isNull") and value.isNull():
        return None
    return value.toString("HH:mm:ss") if hasattr(value, "hour") else value


def opened(name):
    if "/" in name:
        return QgsVectorLayer(name, name, "ogr")
    return QgsVectorLayer(f"url='{root}' typename='{name}' authcfg=rounds0 version='OGC_API_FEATURES'", name, "OAPIF")


QgsApplication.setPrefixPath("/usr", True)
app = QgsApplication([], False, os.environ["HOME"])
app.initQgis()
manager = app.authManager()
assert manager.setMasterPassword("of this test", True)
sign = QgsAuthMethodConfig("Basic")
sign.setId("rounds0")
sign.setName("Rounds")
sign.setConfig("username", "gis")
sign.setConfig("password", token)
assert manager.storeAuthenticationConfig(sign)[0]
if names[0].endswith(".qgs"):
    assert QgsProject.instance().read(names[0])
    layers = QgsProject.instance().mapLayers().values()
else:
    layers = [opened(name) for name in names]
for layer in layers:
    assert layer.isValid(), layer.error().message()
    fields = [field.name() for field in layer.fields()]
    if rows:
        for feature in layer.getFeatures():
            geometry = json.loads(feature.geometry().asJson(15))
            print(json.dumps({"properties": dict(zip(fields, map(plain, feature.attributes()))), "geometry": geometry}))
        continue
    count = sum(1 for feature in layer.getFeatures() if feature.hasGeometry())
    print(layer.name(), count, ",".join(fields))
sys.stdout.flush()
os._exit(0)  # QGIS 3.22 crashes when Python takes layers down after it
