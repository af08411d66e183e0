"""Opens collections in QGIS without a screen: prints the name, the number of features and the fields of each.

After the address and the token come names of collections, or a project of which the layers are opened.
"""
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsProject, QgsVectorLayer  # noqa: E402

root, token, *names = sys.argv[1:]
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
    layers = [QgsVectorLayer(f"url='{root}' typename='{name}' authcfg=rounds0 version='OGC_API_FEATURES'", name, "OAPIF") for name in names]
for layer in layers:
    assert layer.isValid(), layer.error().message()
    count = sum(1 for feature in layer.getFeatures() if feature.hasGeometry())
    print(layer.name(), count, ",".join(field.name() for field in layer.fields()))
sys.stdout.flush()
os._exit(0)  # QGIS 3.22 crashes when Python takes layers down after it
