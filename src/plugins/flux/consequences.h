// What an action on a Flux object will do, in sentences for the one who is about to do it.
#pragma once

#include "plugins/flux/actions.h"

namespace masthead::plugins::flux {

// Fills plan.consequences and plan.warnings; the plan's steps are there already.
void say_consequences(Verb verb, const host::ActionContext& context, host::ActionPlan& plan);

}  // namespace masthead::plugins::flux
