#include "formulation/memory_model.h"

#include <stdio.h>
#include <string.h>

const struct memory_model_row memory_models[MEMORY_MODELS] = {
#define MEMORY_MODEL(symbol, name, equation, live, workspaces, weights, help)                                          \
    {name, equation, help, live, MEMORY_WORKSPACES_##workspaces, weights},
#include "formulation/memory_models.def"
};

const char *const memory_model_names[MEMORY_MODELS] = {
#define MEMORY_MODEL(symbol, name, equation, live, workspaces, weights, help) name,
#include "formulation/memory_models.def"
};

bool memory_model_parse(enum memory_model *model, const char *name) {
    for (int i = 0; i < MEMORY_MODELS; i++)
        if (strcmp(name, memory_model_names[i]) == 0) return *model = (enum memory_model)i, true;
    return false;
}

const char *memory_model_list(char text[MEMORY_MODEL_LIST]) {
    size_t used = 0;
    for (int i = 0; i < MEMORY_MODELS && used < MEMORY_MODEL_LIST; i++)
        used += (size_t)snprintf(text + used, MEMORY_MODEL_LIST - used, "%s%s",
                                 i == 0                   ? ""
                                 : i == MEMORY_MODELS - 1 ? " or "
                                                          : ", ",
                                 memory_model_names[i]);
    return text;
}
