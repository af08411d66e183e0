"""Opens every collection in QGIS without a screen: prints its name, its number of features and its fields."""
import os
import sys

os.environ["QT_QPA_PLATFORM"] = "offscreen"
from qgis.core import QgsApplication, QgsAuthMethodConfig, QgsVectorLayer  # noqa: E402

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
for name in names:
    layer = QgsVectorLayer(f"url='{root}' typename='{name}' authcfg=rounds0 version='OGC_API_FEATURES'", name, "OAPIF")
    assert layer.isValid(), layer.error().message()
    count = sum(1 for feature in layer.getFeatures() if feature.hasGeometry())
    print(name, count, ",".join(field.name() for field in layer.fields()))
sys.stdout.flush()
os._exit(0)  # QGIS 3.22 crashes when Python takes layers down after it
