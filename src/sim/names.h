// What label keys, label values and annotation keys may look like, in the words of
// k8s.io/apimachinery/pkg/util/validation. Empty text: nothing is wrong.
#pragma once

#include <string>
#include <string_view>

namespace masthead::sim {

// "example.com/name": keys of labels and annotations.
std::string qualified_name_problem(std::string_view key);
std::string label_value_problem(std::string_view value);
// RFC 1123 labels: names of containers and the like.
std::string label_name_problem(std::string_view name);
// Keys of ConfigMaps and Secrets.
std::string config_key_problem(std::string_view key);

}  // namespace masthead::sim
