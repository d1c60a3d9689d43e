// Sources that no team deploys from.
#include "sim/fleet/fleet.h"

namespace masthead::sim {

void Fleet::make_rest() {
  make_satellites();
  world_.charts["models"].versions = {"2026.11"};
  make("OCIRepository", "recommend",
       make_object("recommend", "models",
                   {{"interval", "5m"},
                    {"url", "oci://registry.example.com/models"},
                    {"ref", Fields{{"tag", "2026.11"}}}}));
  make("Bucket", "monitoring",
       make_object(
           "monitoring", "backups",
           {{"interval", "5m"}, {"bucketName", "backups"}, {"endpoint", "objects.example.com"}}));
}

}  // namespace masthead::sim
