#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CImages.h"
#include "images.h"

static void fail(png_structp png, png_const_charp text) {
    struct image *image = png_get_error_ptr(png);
    snprintf(image->message, sizeof image->message, "%s", text);
    longjmp(image->failed, 1);
}

static void ignore(png_structp png, png_const_charp text) {
    (void)png;
    (void)text;
}

static void read_bytes(png_structp png, png_bytep target, size_t size) {
    struct image *image = png_get_io_ptr(png);
    if (size > image->count - image->position) png_error(png, "cut short");
    memcpy(target, image->bytes + image->position, size);
    image->position += size;
}

/// Chunks that change no pixel: some inflate to megabytes each, and a file may hold many.
static const png_byte skipped[] =
    "bKGD\0cHRM\0gAMA\0hIST\0iCCP\0iTXt\0oFFs\0pCAL\0pHYs\0sBIT\0sCAL\0sPLT\0sRGB\0tEXt\0tIME\0zTXt";

static void read_header(struct image *image, png_structp png, png_infop info) {
    // Dimensions are judged by the caller; other chunks must not take more memory than this.
    png_set_user_limits(png, 0x7FFFFFFF, 0x7FFFFFFF);
    png_set_chunk_malloc_max(png, 8000000);
    png_set_chunk_cache_max(png, 100);
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, skipped, sizeof skipped / 5);
    png_set_read_fn(png, image, read_bytes);
    png_read_info(png, info);
    png_uint_32 size = 0;
    png_bytep exif = NULL;
    if (png_get_eXIf_1(png, info, &size, &exif))
        image->orientation = cohort_exif_orientation(exif, size);
    png_set_expand(png);
    png_set_scale_16(png);
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
    image->width = (int32_t)png_get_image_width(png, info);
    image->height = (int32_t)png_get_image_height(png, info);
    image->channels = png_get_channels(png, info);
    if (png_get_bit_depth(png, info) != 8) png_error(png, "has samples of an unknown size");
}

static void read_rows(struct image *image, png_structp png, png_infop info, png_bytep *rows) {
    size_t width = png_get_rowbytes(png, info);
    if (width * (size_t)image->height != image->room) png_error(png, "has another size");
    for (int32_t row = 0; row < image->height; row++) rows[row] = image->target + width * row;
    png_read_image(png, rows);
    png_read_end(png, NULL);
}

int cohort_read_png(struct image *image) {
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, image, fail, ignore);
    png_infop info = png ? png_create_info_struct(png) : NULL;
    png_bytep *volatile rows = NULL;
    volatile int is_read = 0;
    if (info != NULL && setjmp(image->failed) == 0) {
        read_header(image, png, info);
        if (image->target != NULL) {
            rows = malloc(sizeof *rows * (size_t)image->height);
            if (rows == NULL) png_error(png, "takes more memory than there is");
            read_rows(image, png, info, rows);
        }
        is_read = 1;
    }
    free(rows);
    png_destroy_read_struct(&png, &info, NULL);
    return is_read;
}

int64_t cohort_png_encode(const uint8_t *__counted_by(count) pixels __noescape, int64_t count,
                          int32_t width, int32_t height, int32_t channels,
                          uint8_t *__counted_by(room) target __noescape, int64_t room) {
    if (width < 1 || height < 1 || count != (int64_t)width * height * channels) return 0;
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)width,
                       .height = (png_uint_32)height,
                       .format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB};
    png_alloc_size_t size = (png_alloc_size_t)room;
    return png_image_write_to_memory(&image, target, &size, 0, pixels, 0, NULL) ? (int64_t)size : 0;
}
