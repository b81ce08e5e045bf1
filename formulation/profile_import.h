/* profile_import.h - published triNNity cost tables as a profile. Two forms, recognised by their first cell:
 *
 *   2021  header c,k,im,f,s,X-to-Y...,primitive...; one row per layer (C, M, H = W, K, stride); whole ns; padding is
 *         implicit: P `same`
 *   2018  rows KERNELS, CHANNELS, STRIDE, WIDTH, HEIGHT, K, SPARSITY with one column per layer, then one row per
 *         primitive; the conversions of the layers' inputs in a second file: NAME-transforms.csv[.gz] next to
 *         NAME.csv[.gz], unless it is given
 *
 * 0 means "does not apply" and makes no row. Identity conversions are dropped. A tensor or scenario that occurs several
 * times gets the median (least, interquartile range, number) of its times. Workspace and stored weights are the
 * primitive table's for one thread; nan if our primitive does not apply to that scenario. Every wrong cell is an error
 * with file, line and column; primitives that our table lacks are an error that names them. */
#ifndef FORMULATION_PROFILE_IMPORT_H
#define FORMULATION_PROFILE_IMPORT_H
#include "formulation/profile.h"

/* transforms: second file of the 2018 form, or NULL to look for it. */
struct profile *profile_import_table(const char *path, const char *transforms, struct error *err);
/* The padding that gives output ceil(size / stride), as nearly as a symmetric one can. */
int profile_import_same_pad(int size, int kernel, int stride);

#endif
