#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>

#include <jerror.h>

#include "images.h"

/// More scans than any encoder writes; each takes time for the whole image.
enum { most_scans = 500 };

static void fail(j_common_ptr decoder) {
    struct image *image = decoder->client_data;
    char text[JMSG_LENGTH_MAX];
    decoder->err->format_message(decoder, text);
    snprintf(image->message, sizeof image->message, "%s", text);
    longjmp(image->failed, 1);
}

/// Warnings that mean missing or wrong pixels are errors.
static void warn(j_common_ptr decoder, int level) {
    if (level >= 0) return;
    switch (decoder->err->msg_code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_TOO_MUCH_DATA: return;
    default: fail(decoder);
    }
}

static void watch(j_common_ptr decoder) {
    if (((j_decompress_ptr)decoder)->input_scan_number > most_scans)
        ERREXIT(decoder, JERR_BAD_PROGRESSION);
}

static void read_orientation(struct image *image, j_decompress_ptr decoder) {
    for (jpeg_saved_marker_ptr marker = decoder->marker_list; marker; marker = marker->next) {
        if (marker->data_length < 6 || memcmp(marker->data, "Exif\0\0", 6) != 0) continue;
        image->orientation =
            cohort_exif_orientation(marker->data + 6, marker->data_length - 6);
        return;
    }
}

static void read_header(struct image *image, j_decompress_ptr decoder) {
    jpeg_save_markers(decoder, JPEG_APP0 + 1, 0xFFFF);
    jpeg_mem_src(decoder, image->bytes, image->count);
    jpeg_read_header(decoder, TRUE);
    read_orientation(image, decoder);
    image->width = (int32_t)decoder->image_width;
    image->height = (int32_t)decoder->image_height;
    image->channels = decoder->num_components == 1 ? 1 : 3;
    switch (decoder->jpeg_color_space) {
    case JCS_GRAYSCALE: decoder->out_color_space = JCS_GRAYSCALE; break;
    case JCS_CMYK:
    case JCS_YCCK: decoder->out_color_space = JCS_CMYK; break;
    default: decoder->out_color_space = JCS_RGB;
    }
}

/// a · b / 255, rounded.
static uint8_t scaled(uint32_t a, uint32_t b) {
    uint32_t product = a * b + 128;
    return (uint8_t)(((product >> 8) + product) >> 8);
}

/// Adobe's programs store ink inverted.
static void convert_inks(const uint8_t *inks, uint8_t *target, int32_t width, int is_inverted) {
    for (int32_t x = 0; x < width; x++, inks += 4) {
        uint32_t light = is_inverted ? inks[3] : 255 - inks[3];
        for (int channel = 0; channel < 3; channel++) {
            uint32_t ink = is_inverted ? 255 - inks[channel] : inks[channel];
            *target++ = (uint8_t)(light - scaled(ink, light));
        }
    }
}

static void read_rows(struct image *image, j_decompress_ptr decoder) {
    size_t width = (size_t)image->width * (size_t)image->channels;
    if (width * (size_t)image->height != image->room) ERREXIT(decoder, JERR_CANT_SUSPEND);
    jpeg_start_decompress(decoder);
    int is_ink = decoder->out_color_space == JCS_CMYK;
    JSAMPARRAY inks = NULL;
    if (is_ink)
        inks = decoder->mem->alloc_sarray((j_common_ptr)decoder, JPOOL_IMAGE,
                                          4 * decoder->image_width, 1);
    while (decoder->output_scanline < decoder->output_height) {
        JSAMPROW row = image->target + width * decoder->output_scanline;
        jpeg_read_scanlines(decoder, is_ink ? inks : &row, 1);
        if (is_ink) convert_inks(inks[0], row, image->width, decoder->saw_Adobe_marker);
    }
    jpeg_finish_decompress(decoder);
}

int cohort_read_jpeg(struct image *image) {
    struct jpeg_decompress_struct decoder;
    struct jpeg_error_mgr errors;
    struct jpeg_progress_mgr progress;
    memset(&decoder, 0, sizeof decoder);
    memset(&progress, 0, sizeof progress);
    decoder.err = jpeg_std_error(&errors);
    errors.error_exit = fail;
    errors.emit_message = warn;
    decoder.client_data = image;
    progress.progress_monitor = watch;
    volatile int is_read = 0;
    if (setjmp(image->failed) == 0) {
        jpeg_create_decompress(&decoder);
        decoder.progress = &progress;
        read_header(image, &decoder);
        if (image->target != NULL) read_rows(image, &decoder);
        is_read = 1;
    }
    jpeg_destroy_decompress(&decoder);
    return is_read;
}
